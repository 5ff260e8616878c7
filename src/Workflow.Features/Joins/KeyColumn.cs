using System.Buffers;
using Apache.Arrow;

namespace Workflow.Features.Joins;

/// <summary>Numbers the values of one key column.</summary>
internal abstract class KeyColumn
{
    public abstract int Count { get; }

    /// <param name="array">The values.</param>
    /// <param name="numbers">One a row, written.</param>
    /// <param name="add">Whether an unknown value gets the next number.</param>
    /// <param name="expected">About how many rows there will be.</param>
    public abstract void Number(IArrowArray array, Span<int> numbers, bool add, int expected);

    /// <summary>Prepares for finding, after the last key was added. More may still be added.</summary>
    public virtual void Seal()
    {
    }
}

internal sealed class IntegerKeyColumn : KeyColumn
{
    private readonly KeyTable _table = new();

    public override int Count => _table.Count;

    public override void Seal() => _table.Seal();

    public override void Number(IArrowArray array, Span<int> numbers, bool add, int expected)
    {
        if (array.NullCount > 0)
        {
            // What stands under a null must not become a key.
            for (var row = 0; row < numbers.Length; row++)
            {
                numbers[row] = array.IsNull(row) ? KeyIndex.Null : One(Value(array, row), add);
            }
        }
        else if (array is Int64Array wide)
        {
            _table.Number(wide.Values, numbers, add, expected);
        }
        else
        {
            var values = ((Int32Array)array).Values;
            var widened = ArrayPool<long>.Shared.Rent(values.Length);
            for (var row = 0; row < values.Length; row++)
            {
                widened[row] = values[row];
            }

            _table.Number(widened.AsSpan(0, values.Length), numbers, add, expected);
            ArrayPool<long>.Shared.Return(widened);
        }

        GC.KeepAlive(array);
    }

    private static long Value(IArrowArray array, int row) => array is Int32Array narrow ? narrow.Values[row] : ((Int64Array)array).Values[row];

    private int One(long value, bool add) => add ? _table.Add(value) : _table.Find(value);
}
