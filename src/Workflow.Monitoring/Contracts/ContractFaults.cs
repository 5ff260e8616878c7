using System.Collections.Immutable;
using Apache.Arrow.Types;
using Workflow.Data.Tables;

namespace Workflow.Monitoring.Contracts;

/// <summary>Finds demands that no column of their type could be held against.</summary>
internal static class ContractFaults
{
    private static readonly string Text = TableSchema.Describe(StringType.Default);

    private static readonly ImmutableHashSet<string> Whole =
    [
        TableSchema.Describe(Int8Type.Default), TableSchema.Describe(Int16Type.Default), TableSchema.Describe(Int32Type.Default), TableSchema.Describe(Int64Type.Default),
        TableSchema.Describe(UInt8Type.Default), TableSchema.Describe(UInt16Type.Default), TableSchema.Describe(UInt32Type.Default), TableSchema.Describe(UInt64Type.Default),
    ];

    private static readonly ImmutableHashSet<string> Real = [TableSchema.Describe(FloatType.Default), TableSchema.Describe(DoubleType.Default)];

    public static IEnumerable<string> Of(ImmutableArray<ColumnContract> columns)
    {
        foreach (var twice in columns.GroupBy(c => c.Name, StringComparer.Ordinal).Where(g => g.Count() > 1))
        {
            yield return $"column '{twice.Key}' is there {twice.Count()} times; name each column once";
        }

        foreach (var column in columns)
        {
            var isMoment = column.Type.StartsWith("timestamp[", StringComparison.Ordinal);
            foreach (var (bound, side) in new[] { (column.Minimum, "minimum"), (column.Maximum, "maximum") })
            {
                if (bound is { } value && !(isMoment ? value.IsMoment : value.IsNumber && (Whole.Contains(column.Type) || Real.Contains(column.Type))))
                {
                    yield return $"column '{column.Name}' of type {column.Type} cannot have the {side} {value}; numbers take numbers, timestamps take moments, other types take none";
                }
            }

            if (column is { Minimum: { } low, Maximum: { } high } && low.IsMoment == high.IsMoment
                && (low.IsMoment ? low.Moment > high.Moment : low.IsNumber && high.IsNumber && low.Real > high.Real))
            {
                yield return $"column '{column.Name}' has the minimum {low} above its maximum {high}";
            }

            var misfits = column.AllowedValues.Where(v => !(column.Type == Text ? v.IsText : Whole.Contains(column.Type) && v.IsWhole)).Select(v => $"'{v}'").ToList();
            if (misfits.Count > 0)
            {
                yield return $"column '{column.Name}' of type {column.Type} cannot have the allowed values {string.Join(", ", misfits)}; strings take texts, integers take whole numbers";
            }
        }
    }
}
