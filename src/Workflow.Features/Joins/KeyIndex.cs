using Apache.Arrow;
using Workflow.Features.Views;

namespace Workflow.Features.Joins;

/// <summary>Numbers the keys of an entity in the order of their first appearance.</summary>
/// <remarks>Not thread-safe while keys are added.</remarks>
internal sealed class KeyIndex(Entity entity)
{
    /// <summary>The number of a row with a null in its key.</summary>
    public const int Null = -1;

    /// <summary>The number of a key that was never added.</summary>
    public const int Unknown = -2;

    private readonly KeyColumn[] _columns = [.. entity.Keys.Select(static k => k.Type is EntityKeyType.Int32 or EntityKeyType.Int64 ? (KeyColumn)new IntegerKeyColumn() : new TextKeyColumn())];

    // Pairs of (number of the columns before, number of this column), one table for each column after the first.
    private readonly KeyTable[] _pairs = [.. entity.Keys.Skip(1).Select(static _ => new KeyTable())];
    private int[] _scratch = [];

    /// <summary>Gets the number of distinct keys so far.</summary>
    public int Count => _columns.Length == 0 ? 1 : _pairs.Length == 0 ? _columns[0].Count : _pairs[^1].Count;

    /// <summary>Gets or sets about how many rows will be numbered: where integers lie close together, that decides how they are found.</summary>
    public int Expected { get; set; }

    /// <summary>Prepares for finding, after the last key was added. More may still be added.</summary>
    public void Seal()
    {
        System.Array.ForEach(_columns, static c => c.Seal());
        System.Array.ForEach(_pairs, static p => p.Seal());
    }

    /// <summary>Numbers the key of each row.</summary>
    /// <param name="batch">Has the entity's key columns.</param>
    /// <param name="numbers">One a row, written.</param>
    /// <param name="add">Whether an unknown key gets the next number.</param>
    /// <param name="view">Says how the batch names the columns, if it is of a view's source; null for the entity's own names.</param>
    public void Number(RecordBatch batch, Span<int> numbers, bool add, FeatureView? view = null)
    {
        if (_columns.Length == 0)
        {
            numbers.Clear();
            return;
        }

        _columns[0].Number(Column(0), numbers, add, Expected);
        if (_columns.Length > 1 && _scratch.Length < batch.Length)
        {
            _scratch = new int[batch.Length];
        }

        for (var c = 1; c < _columns.Length; c++)
        {
            var next = _scratch.AsSpan(0, batch.Length);
            _columns[c].Number(Column(c), next, add, Expected);
            var pairs = _pairs[c - 1];
            for (var row = 0; row < next.Length; row++)
            {
                numbers[row] = Pair(pairs, numbers[row], next[row], add);
            }
        }

        GC.KeepAlive(batch);

        IArrowArray Column(int c) => batch.Column(view?.KeyColumn(entity.Keys[c]) ?? entity.Keys[c].Name);
    }

    private static int Pair(KeyTable pairs, int first, int second, bool add)
    {
        if (first == Null || second == Null)
        {
            return Null;
        }

        if (first == Unknown || second == Unknown)
        {
            return Unknown;
        }

        var key = (long)(((ulong)(uint)first << 32) | (uint)second);
        return add ? pairs.Add(key) : pairs.Find(key);
    }
}
