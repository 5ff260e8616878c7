using System.Collections.Immutable;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Workflow.Data.Tables;

/// <summary>Compares Arrow schemas by column name and reports every difference at once.</summary>
public static class TableSchema
{
    /// <summary>Lists what keeps <paramref name="actual"/> from being used where <paramref name="expected"/> is needed.</summary>
    /// <param name="expected">The columns needed. A nullable one also accepts a column that is never null.</param>
    /// <param name="actual">The columns at hand. Columns that nobody expects are no difference, nor is the order.</param>
    /// <returns>Missing columns, other types, and nulls where none are allowed, in the order of <paramref name="expected"/>. Empty when it fits.</returns>
    public static ImmutableArray<SchemaDifference> Compare(Schema expected, Schema actual)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(actual);

        var differences = ImmutableArray.CreateBuilder<SchemaDifference>();
        foreach (var field in expected.FieldsList)
        {
            var index = actual.GetFieldIndex(field.Name);
            var found = index < 0 ? null : actual.FieldsList[index];
            if (found is null || Describe(field.DataType) != Describe(found.DataType) || (found.IsNullable && !field.IsNullable))
            {
                differences.Add(new SchemaDifference(field.Name, Describe(field), found is null ? null : Describe(found)));
            }
        }

        return differences.ToImmutable();
    }

    /// <summary>Throws unless <paramref name="actual"/> has every column of <paramref name="expected"/> with its type.</summary>
    /// <param name="expected">The columns needed.</param>
    /// <param name="actual">The columns at hand.</param>
    /// <param name="component">What needs them, for the message.</param>
    /// <exception cref="SchemaMismatchException">They differ; every difference is listed.</exception>
    public static void Require(Schema expected, Schema actual, string component)
    {
        var differences = Compare(expected, actual);
        if (!differences.IsEmpty)
        {
            throw new SchemaMismatchException(component, differences);
        }
    }

    /// <summary>Names a type as Arrow does, with its unit, zone, precision and element type.</summary>
    /// <param name="type">Any Arrow type.</param>
    public static string Describe(IArrowType type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return type switch
        {
            TimestampType t => $"timestamp[{Unit(t.Unit)}{(string.IsNullOrEmpty(t.Timezone) ? "" : $", {t.Timezone}")}]",
            Decimal128Type d => $"decimal128({d.Precision}, {d.Scale})",
            Decimal256Type d => $"decimal256({d.Precision}, {d.Scale})",
            DictionaryType d => $"dictionary<{Describe(d.ValueType)}, {Describe(d.IndexType)}>",
            FixedSizeListType l => $"fixed_size_list<{Describe(l.ValueDataType)}>[{l.ListSize}]",
            ListType l => $"list<{Describe(l.ValueDataType)}>",
            FixedSizeBinaryType b => $"fixed_size_binary[{b.ByteWidth}]",
            _ => type.Name,
        };
    }

    /// <summary>Names a column's type and whether it may hold nulls.</summary>
    /// <param name="field">Any Arrow field.</param>
    public static string Describe(Field field)
    {
        ArgumentNullException.ThrowIfNull(field);
        return Describe(field.DataType) + (field.IsNullable ? "" : ", not null");
    }

    internal static ImmutableArray<int> Resolve(Schema schema, IReadOnlyList<string> columns, string component)
    {
        var missing = columns.Where(name => schema.GetFieldIndex(name) < 0).ToList();
        if (missing.Count > 0)
        {
            throw new SchemaMismatchException(component, [.. missing.Select(name => new SchemaDifference(name, "to be there", null))]);
        }

        return [.. columns.Select(name => schema.GetFieldIndex(name))];
    }

    private static string Unit(TimeUnit unit) => unit switch
    {
        TimeUnit.Second => "s",
        TimeUnit.Millisecond => "ms",
        TimeUnit.Microsecond => "us",
        _ => "ns",
    };
}
