using System.Buffers;
using Apache.Arrow;
using Workflow.Monitoring.Profiles;

namespace Workflow.Monitoring.Contracts;

/// <summary>Allowed sets of strings, compared as bytes.</summary>
internal sealed class StringCheck(ColumnContract column) : ColumnCheck(column)
{
    private readonly Utf8Index? _allowed = column.AllowedValues.IsEmpty ? null : new Utf8Index(column.AllowedValues.Select(v => v.ToString()));
    private readonly ViolationTally _outside = new();

    protected override void AddValues(IArrowArray array, long firstRow)
    {
        if (_allowed is null)
        {
            return;
        }

        var positions = ArrayPool<int>.Shared.Rent(array.Length);
        StringColumn.Find(array, _allowed, positions.AsSpan(0, array.Length));
        for (var i = 0; i < array.Length; i++)
        {
            if (positions[i] != -1)
            {
                continue;
            }

            if (_outside.IsFull)
            {
                _outside.Add(firstRow + i);
            }
            else
            {
                _outside.Add(firstRow + i, StringColumn.Text(array, i));
            }
        }

        ArrayPool<int>.Shared.Return(positions);
    }

    protected override IEnumerable<ContractViolation> ValueViolations()
    {
        if (_outside.Count > 0)
        {
            yield return _outside.Report(Column.Name, ContractCheck.AllowedValues, $"one of {Column.AllowedValues.Length} values", $"{_outside.Count} rows outside the allowed values");
        }
    }
}
