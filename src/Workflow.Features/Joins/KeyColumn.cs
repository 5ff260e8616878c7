using Apache.Arrow;

namespace Workflow.Features.Joins;

/// <summary>Numbers the values of one key column.</summary>
internal abstract class KeyColumn
{
    public abstract int Count { get; }

    public abstract void Number(IArrowArray array, Span<int> numbers, bool add);
}

internal sealed class IntegerKeyColumn : KeyColumn
{
    private readonly Dictionary<long, int> _numbers = [];

    public override int Count => _numbers.Count;

    public override void Number(IArrowArray array, Span<int> numbers, bool add)
    {
        var narrow = array as Int32Array;
        var wide = narrow is null ? (Int64Array)array : null;
        for (var row = 0; row < numbers.Length; row++)
        {
            if (array.IsNull(row))
            {
                numbers[row] = KeyIndex.Null;
                continue;
            }

            var value = wide is null ? narrow!.Values[row] : wide.Values[row];
            if (!_numbers.TryGetValue(value, out numbers[row]))
            {
                numbers[row] = add ? _numbers.Count : KeyIndex.Unknown;
                if (add)
                {
                    _numbers.Add(value, numbers[row]);
                }
            }
        }
    }
}
