using System.Globalization;
using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Monitoring.Profiles;

namespace Workflow.Monitoring.Contracts;

/// <summary>Holds the batches of one column against its demands. Not thread-safe.</summary>
internal abstract class ColumnCheck(ColumnContract column)
{
    private readonly ViolationTally _nulls = new();
    private readonly ViolationTally _nans = new();

    public ColumnContract Column { get; } = column;

    public long Nulls => _nulls.Count;

    public long NaNs => _nans.Count;

    public static ColumnCheck For(ColumnContract column, IArrowType type) => type switch
    {
        _ when StringColumn.IsString(type) => new StringCheck(column),
        _ when ColumnBlock.IsReal(type.TypeId) => new RealCheck(column),
        _ when ColumnBlock.IsInteger(type.TypeId) => new IntegerCheck(column, type),
        _ => new NullCheck(column),
    };

    /// <summary>Counts one batch.</summary>
    /// <param name="array">The column. Borrowed.</param>
    /// <param name="firstRow">The number of its first row in the table.</param>
    public void Add(IArrowArray array, long firstRow)
    {
        if (array.NullCount > 0)
        {
            AddNulls(array, firstRow);
        }

        AddValues(array, firstRow);
    }

    public IEnumerable<ContractViolation> Violations(long rows)
    {
        if (Nulls > Column.MaximumNullShare * rows)
        {
            yield return _nulls.Report(Column.Name, ContractCheck.Nulls, Allowed(Column.MaximumNullShare, "nulls"), $"{Nulls} null rows");
        }

        if (NaNs > Column.MaximumNaNShare * (rows - Nulls))
        {
            yield return _nans.Report(Column.Name, ContractCheck.NotANumber, Allowed(Column.MaximumNaNShare, "NaN"), $"{NaNs} NaN rows");
        }

        foreach (var violation in ValueViolations())
        {
            yield return violation;
        }
    }

    protected void AddNaN(long row) => _nans.Add(row);

    protected abstract void AddValues(IArrowArray array, long firstRow);

    protected abstract IEnumerable<ContractViolation> ValueViolations();

    private static string Allowed(double share, string what) =>
        share == 0 ? $"no {what}" : string.Create(CultureInfo.InvariantCulture, $"at most {share * 100:0.###} % {what}");

    private void AddNulls(IArrowArray array, long firstRow)
    {
        var validity = ColumnBlock.Validity(array);
        var left = array.NullCount;
        for (var i = 0; i < array.Length && left > 0 && !_nulls.IsFull; i++)
        {
            if (array is DictionaryArray ? array.IsNull(i) : ColumnBlock.IsNull(validity, array.Offset + i))
            {
                _nulls.Add(firstRow + i);
                left--;
            }
        }

        _nulls.AddMany(left);
    }

    /// <summary>A type with no demand but that on nulls.</summary>
    private sealed class NullCheck(ColumnContract column) : ColumnCheck(column)
    {
        protected override void AddValues(IArrowArray array, long firstRow)
        {
        }

        protected override IEnumerable<ContractViolation> ValueViolations() => [];
    }
}
