using Apache.Arrow;
using Workflow.Monitoring.Profiles;

namespace Workflow.Monitoring.Contracts;

/// <summary>Ranges and NaN of fractions.</summary>
internal sealed class RealCheck(ColumnContract column) : ColumnCheck(column)
{
    private readonly double _low = column.Minimum?.Real ?? double.NegativeInfinity;
    private readonly double _high = column.Maximum?.Real ?? double.PositiveInfinity;
    private readonly double[] _scratch = new double[ColumnBlock.Rows];
    private readonly ViolationTally _below = new();
    private readonly ViolationTally _above = new();

    protected override void AddValues(IArrowArray array, long firstRow)
    {
        var validity = ColumnBlock.Validity(array);
        for (var start = 0; start < array.Length; start += ColumnBlock.Rows)
        {
            var values = ColumnBlock.AsDouble(array, start, _scratch.AsSpan(0, Math.Min(ColumnBlock.Rows, array.Length - start)));
            if (validity.IsEmpty && RangeScan.CountOutside(values, _low, _high) == 0)
            {
                continue;
            }

            for (var i = 0; i < values.Length; i++)
            {
                if (!ColumnBlock.IsNull(validity, array.Offset + start + i))
                {
                    Add(values[i], firstRow + start + i);
                }
            }
        }
    }

    protected override IEnumerable<ContractViolation> ValueViolations()
    {
        if (_below.Count > 0)
        {
            yield return _below.Report(Column.Name, ContractCheck.Minimum, $"at least {Column.Minimum}", $"{_below.Count} rows below {Column.Minimum}");
        }

        if (_above.Count > 0)
        {
            yield return _above.Report(Column.Name, ContractCheck.Maximum, $"at most {Column.Maximum}", $"{_above.Count} rows above {Column.Maximum}");
        }
    }

    private void Add(double value, long row)
    {
        if (double.IsNaN(value))
        {
            AddNaN(row);
        }
        else if (value < _low || value > _high)
        {
            var tally = value < _low ? _below : _above;
            if (tally.IsFull)
            {
                tally.Add(row);
            }
            else
            {
                tally.Add(row, value.ToString("R", System.Globalization.CultureInfo.InvariantCulture));
            }
        }
    }
}
