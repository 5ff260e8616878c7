namespace Workflow.Inference.Rollouts;

/// <summary>Remembers the hashes of the last million keys, so that a row which is reported again counts once. Not thread-safe.</summary>
internal sealed class RememberedKeys
{
    public const int Capacity = 1 << 20;

    private readonly HashSet<ulong> _known = [];
    private readonly Queue<ulong> _order = new();

    /// <summary>Remembers a hash.</summary>
    /// <returns>False when it is known already.</returns>
    public bool Add(ulong hash)
    {
        if (!_known.Add(hash))
        {
            return false;
        }

        _order.Enqueue(hash);
        if (_order.Count > Capacity)
        {
            _known.Remove(_order.Dequeue());
        }

        return true;
    }
}
