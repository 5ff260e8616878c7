using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Monitoring.Profiles;

namespace Workflow.Monitoring.Contracts;

/// <summary>Ranges and allowed sets of whole numbers and moments.</summary>
internal sealed class IntegerCheck : ColumnCheck
{
    private readonly TimestampType? _clock;
    private readonly long _low;
    private readonly long _high;
    private readonly HashSet<long>? _allowed;
    private readonly long[] _scratch = new long[ColumnBlock.Rows];
    private readonly ViolationTally _below = new();
    private readonly ViolationTally _above = new();
    private readonly ViolationTally _outside = new();

    public IntegerCheck(ColumnContract column, IArrowType type)
        : base(column)
    {
        _clock = type as TimestampType;
        _low = column.Minimum is { } minimum ? Bound(minimum, roundUp: true) : long.MinValue;
        _high = column.Maximum is { } maximum ? Bound(maximum, roundUp: false) : long.MaxValue;
        _allowed = column.AllowedValues.IsEmpty ? null : [.. column.AllowedValues.Select(v => v.Whole)];
    }

    protected override void AddValues(IArrowArray array, long firstRow)
    {
        if (_low == long.MinValue && _high == long.MaxValue && _allowed is null)
        {
            return;
        }

        var validity = ColumnBlock.Validity(array);
        for (var start = 0; start < array.Length; start += ColumnBlock.Rows)
        {
            var values = ColumnBlock.AsInt64(array, start, _scratch.AsSpan(0, Math.Min(ColumnBlock.Rows, array.Length - start)));
            if (_allowed is null && validity.IsEmpty && RangeScan.CountOutside(values, _low, _high) == 0)
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

        if (_outside.Count > 0)
        {
            yield return _outside.Report(Column.Name, ContractCheck.AllowedValues, $"one of {_allowed!.Count} values", $"{_outside.Count} rows outside the allowed values");
        }
    }

    private void Add(long value, long row)
    {
        if (value < _low)
        {
            Add(_below, value, row);
        }
        else if (value > _high)
        {
            Add(_above, value, row);
        }

        if (_allowed is not null && !_allowed.Contains(value))
        {
            Add(_outside, value, row);
        }
    }

    private void Add(ViolationTally tally, long value, long row)
    {
        if (tally.IsFull)
        {
            tally.Add(row);
        }
        else
        {
            tally.Add(row, Text(value));
        }
    }

    private string Text(long value)
    {
        if (_clock is null)
        {
            return ((ContractValue)value).ToString();
        }

        var (scale, divisor) = Ticks(_clock.Unit);
        var ticks = ((Int128)value * scale / divisor) + DateTimeOffset.UnixEpoch.Ticks;
        return ticks >= DateTimeOffset.MinValue.Ticks && ticks <= DateTimeOffset.MaxValue.Ticks
            ? ((ContractValue)new DateTimeOffset((long)ticks, TimeSpan.Zero)).ToString()
            : ((ContractValue)value).ToString();
    }

    private long Bound(ContractValue bound, bool roundUp)
    {
        if (_clock is not null)
        {
            var (scale, divisor) = Ticks(_clock.Unit);
            var scaled = (Int128)(bound.Moment.Ticks - DateTimeOffset.UnixEpoch.Ticks) * divisor;
            var whole = scaled / scale;
            whole += scaled % scale == 0 ? 0 : roundUp ? (scaled > 0 ? 1 : 0) : (scaled < 0 ? -1 : 0);
            return long.CreateSaturating(whole);
        }

        return bound.IsWhole ? bound.Whole : long.CreateSaturating(roundUp ? Math.Ceiling(bound.Real) : Math.Floor(bound.Real));
    }

    // One unit is Scale / Divisor ticks of 100 ns.
    private static (long Scale, long Divisor) Ticks(TimeUnit unit) => unit switch
    {
        TimeUnit.Second => (TimeSpan.TicksPerSecond, 1),
        TimeUnit.Millisecond => (TimeSpan.TicksPerMillisecond, 1),
        TimeUnit.Microsecond => (TimeSpan.TicksPerMicrosecond, 1),
        _ => (1, 100),
    };
}
