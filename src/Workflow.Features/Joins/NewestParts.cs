using System.Numerics;
using System.Runtime.CompilerServices;

namespace Workflow.Features.Joins;

/// <summary>Spreads events over ranges of keys whose slots fit into a processor's own cache, and offers them range by range.</summary>
/// <remarks>Not thread-safe; the ranges run on the runner.</remarks>
internal sealed class NewestParts<TEvent>(NewestSlots slots, LabelSlots labels, long delay)
    where TEvent : struct, INewestEvent
{
    private const int SlotsOfPart = 1 << 15;
    private const int MostParts = 512;
    private const int EventsOfPart = 1 << 15;
    private readonly int _shift = Shift(labels);
    private TEvent[][] _parts = [];
    private int[] _counts = [];
    private long _held;

    /// <summary>Gets whether all slots fit together, so that nothing needs to be spread.</summary>
    public bool IsOne => _shift == 31;

    /// <summary>Takes events, and offers what is held once it is much.</summary>
    public async Task AddAsync(ReadOnlyMemory<TEvent> events, ViewJoin.Queries queries)
    {
        if (IsOne)
        {
            slots.Add(events.Span, delay);
            return;
        }

        Spread(events.Span);
        if (_held >= (long)_parts.Length * EventsOfPart)
        {
            await FlushAsync(queries).ConfigureAwait(false);
        }
    }

    /// <summary>Offers everything that is held.</summary>
    public async Task FlushAsync(ViewJoin.Queries queries)
    {
        if (_held > 0)
        {
            await ViewJoin.SpreadAsync(queries, _parts.Length, Part).ConfigureAwait(false);
            _held = 0;
        }

        Task Part(int part, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            slots.Add(_parts[part].AsSpan(0, _counts[part]), delay);
            _counts[part] = 0;
            return Task.CompletedTask;
        }
    }

    // Keys are numbered as the labels name them first, so equal ranges of keys have about equally many slots.
    private static int Shift(LabelSlots labels)
    {
        var wanted = Math.Min(MostParts, labels.Times.Length / SlotsOfPart);
        return wanted < 2 || labels.Keys < 2 * wanted ? 31 : BitOperations.Log2((uint)(labels.Keys - 1) / (uint)wanted) + 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Spread(ReadOnlySpan<TEvent> events)
    {
        if (_parts.Length == 0)
        {
            _parts = new TEvent[((labels.Keys - 1) >> _shift) + 1][];
            _counts = new int[_parts.Length];
            for (var part = 0; part < _parts.Length; part++)
            {
                _parts[part] = GC.AllocateUninitializedArray<TEvent>(EventsOfPart + (EventsOfPart / 4));
            }
        }

        var (parts, counts, shift) = (_parts, _counts, _shift);
        foreach (ref readonly var item in events)
        {
            var part = item.Key >> shift;
            var count = counts[part]++;
            if (count == parts[part].Length)
            {
                Array.Resize(ref parts[part], 2 * count);
            }

            parts[part][count] = item;
        }

        _held += events.Length;
    }
}
