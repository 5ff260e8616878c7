using Apache.Arrow;
using Apache.Arrow.Arrays;
using Workflow.Features.Views;

namespace Workflow.Features.Joins.Spilling;

/// <summary>Assigns rows to partitions by a hash of their key, the same in every process and for every way that a key column may come.</summary>
/// <param name="entity">Whose keys.</param>
/// <param name="view">Says how a source names the key columns; null for the entity's own names.</param>
/// <param name="partitions">How many partitions there are; at most 256.</param>
/// <remarks>Not thread-safe.</remarks>
internal sealed class KeyPartitions(Entity entity, FeatureView? view, int partitions)
{
    // Part of the identity of every partition of a backfill: never changed.
    private const ulong Seed = 0x5741_4C4B_2D31_0001;
    private ulong[] _hashes = [];

    /// <summary>Gives each row's partition. A row with a null in its key is in the first one.</summary>
    public void Assign(RecordBatch batch, Span<byte> target)
    {
        if (_hashes.Length < batch.Length)
        {
            _hashes = new ulong[batch.Length];
        }

        var hashes = _hashes.AsSpan(0, batch.Length);
        hashes.Fill(Seed);
        foreach (var key in entity.Keys)
        {
            Mix(batch.Column(view?.KeyColumn(key) ?? key.Name), hashes);
        }

        for (var row = 0; row < hashes.Length; row++)
        {
            target[row] = (byte)Math.BigMul(hashes[row], (ulong)partitions, out _);
        }

        GC.KeepAlive(batch);
    }

    // Zero stands for a null, and stays.
    private static void Mix(IArrowArray column, Span<ulong> hashes)
    {
        for (var row = 0; row < hashes.Length; row++)
        {
            hashes[row] = hashes[row] == 0 || column.IsNull(row) ? 0 : Math.Max(1, Hash(column, row, hashes[row]));
        }
    }

    private static ulong Hash(IArrowArray column, int row, ulong seed) => column switch
    {
        Int64Array a => KeyHash.Of(a.Values[row], seed),
        Int32Array a => KeyHash.Of(a.Values[row], seed),
        FixedSizeBinaryArray a => KeyHash.Of(a.GetBytes(row), seed),
        DictionaryArray a => TextKeyColumn.Index(a.Indices, row) is var index && a.Dictionary.IsNull(index) ? 0 : KeyHash.Of(((BinaryArray)a.Dictionary).GetBytes(index), seed),
        _ => KeyHash.Of(((BinaryArray)column).GetBytes(row), seed),
    };
}
