using CsCheck;
using Workflow.Features.Aggregation;
using Workflow.Numerics.Random;

namespace Workflow.Testing.Features;

/// <summary>Checks that an aggregate, built in or your own, keeps the laws on which equal offline and online values rest.</summary>
/// <remarks>
/// <para>
/// Identity: an empty state merged before or after changes nothing. Associativity: events cut anywhere and merged in any tree finish
/// with the same bits as events added one by one. Commutativity, where claimed: any order gives the same bits. Inverse, where claimed:
/// removing events in any order leaves the bits of those that stay. Forgetting, where claimed: events before a moment leave no trace,
/// also while later ones are added. A copy and a merged state are independent of what is done to their originals. The aggregate for
/// bounded windows keeps the same laws and gives the same values. And finishing changes nothing.
/// </para>
/// <para>Events have ascending times, ties among them, and inputs that are null, NaN, infinite, huge, tiny and plain.</para>
/// </remarks>
public static class AggregateLaws
{
    private static readonly double[] Awkward = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0.0, -0.0, 1e300, -1e300, 5e-324, 0.1, 1e16];

    /// <summary>Inputs that cover what float64 columns hold, null for null.</summary>
    public static Gen<double?> AnyInput { get; } = Gen.Frequency(
        (4, Gen.Int[-50, 50].Select(static i => (double?)i)),
        (3, Gen.Double[-1e4, 1e4].Select(static d => (double?)d)),
        (1, Gen.Int[0, Awkward.Length - 1].Select(static i => (double?)Awkward[i])),
        (1, Gen.Const((double?)null)));

    /// <summary>Checks every law.</summary>
    /// <param name="aggregate">Any aggregate.</param>
    /// <param name="input">The values of every input; null for <see cref="AnyInput"/>.</param>
    /// <param name="samples">How many sets of events are tried.</param>
    /// <exception cref="InvalidOperationException">A law is broken; says which, wrapped in CsCheck's exception with the smallest counterexample found.</exception>
    public static void Check(Aggregate aggregate, Gen<double?>? input = null, int samples = 500)
    {
        ArgumentNullException.ThrowIfNull(aggregate);
        var events = Gen.Select((input ?? AnyInput).Array[aggregate.Inputs.Length], Gen.Long[0, 3], static (values, gap) => new LawEvent(values, gap)).Array[0, 40];
        var sliding = aggregate.ForBoundedWindow;
        Gen.Select(events, Gen.Int).Sample(
            (gaps, seed) =>
            {
                var placed = Place(gaps);
                CheckOne(aggregate, placed, seed);
                if (!ReferenceEquals(sliding, aggregate))
                {
                    CheckOne(sliding, placed, seed);
                    CheckSliding(aggregate, sliding, placed);
                }
            },
            iter: samples);
    }

    private static void CheckOne(Aggregate aggregate, LawEvent[] events, int seed)
    {
        var random = new Philox(seed, "aggregate laws");
        var query = (events.Length == 0 ? 0 : events[^1].Time) + 1 + random.NextInt32(1000);
        var whole = Of(aggregate, events);
        var expected = whole.Finish(query);
        Require(expected, whole.Finish(query), aggregate, "finishing twice gives the same");

        var left = aggregate.NewAccumulator();
        left.Merge(whole);
        Require(expected, left.Finish(query), aggregate, "merging into nothing changes nothing");
        whole.Merge(aggregate.NewAccumulator());
        Require(expected, whole.Finish(query), aggregate, "merging nothing changes nothing");
        Require(expected, MergeTree(aggregate, events, ref random).Finish(query), aggregate, "merging in any tree gives what adding one by one gives");
        CheckIndependence(aggregate, events, query);
        whole.Clear();
        Require(aggregate.NewAccumulator().Finish(query), whole.Finish(query), aggregate, "clearing forgets everything");

        if (aggregate.IsInvertible && !aggregate.IsCommutative)
        {
            throw new InvalidOperationException($"Aggregate '{aggregate.Name}' says that it is invertible but not commutative: windows remove events out of order, so the first needs the second.");
        }

        var shuffled = Shuffle(events, ref random);
        if (aggregate.IsCommutative)
        {
            Require(expected, Of(aggregate, shuffled).Finish(query), aggregate, "any order gives the same");
            Require(expected, MergeTree(aggregate, shuffled, ref random).Finish(query), aggregate, "any order in any tree gives the same");
        }

        if (aggregate.CanForget)
        {
            CheckForgetting(aggregate, aggregate.IsCommutative ? shuffled : events, query, ref random);
        }

        if (aggregate.IsInvertible)
        {
            var kept = random.NextInt32(events.Length + 1);
            var slid = Of(aggregate, events);
            foreach (var gone in shuffled.AsSpan(kept))
            {
                slid.Remove(gone.ToEvent());
            }

            var stays = Of(aggregate, shuffled.AsSpan(0, kept)).Finish(query);
            Require(stays, slid.Finish(query), aggregate, "removing undoes adding");
        }
    }

    // Changes an original after it was copied and merged elsewhere.
    private static void CheckIndependence(Aggregate aggregate, LawEvent[] events, long query)
    {
        var expected = Of(aggregate, events).Finish(query);
        var original = Of(aggregate, events);
        var copy = original.Copy();
        var target = aggregate.NewAccumulator();
        target.Merge(original);
        foreach (var item in events)
        {
            original.Add(item.ToEvent());
        }

        Require(expected, copy.Finish(query), aggregate, "a copy is independent of its original");
        Require(expected, target.Finish(query), aggregate, "what was merged is independent of its source");
        var doubled = original.Finish(query);
        foreach (var item in events)
        {
            copy.Add(item.ToEvent());
            target.Add(item.ToEvent());
        }

        Require(doubled, original.Finish(query), aggregate, "changing a copy or what was merged leaves the original alone");
        Require(doubled, copy.Finish(query), aggregate, "a copy takes events as its original does");
    }

    // A window that moves on: events come in any order, later ones after earlier ones were forgotten.
    private static void CheckForgetting(Aggregate aggregate, LawEvent[] events, long query, ref Philox random)
    {
        var window = aggregate.NewAccumulator();
        var held = new List<LawEvent>();
        var before = long.MinValue;
        foreach (var item in events)
        {
            if (item.Time < before)
            {
                continue;
            }

            window.Add(item.ToEvent());
            held.Add(item);
            if (random.NextInt32(3) == 0)
            {
                before = Math.Max(before, item.Time - random.NextInt32(8));
                window.Forget(before);
                held.RemoveAll(e => e.Time < before);
            }

            Require(Of(aggregate, [.. held]).Finish(query), window.Finish(query), aggregate, "forgetting leaves what the later events alone give");
        }
    }

    private static void CheckSliding(Aggregate aggregate, Aggregate sliding, LawEvent[] events)
    {
        var query = (events.Length == 0 ? 0 : events[^1].Time) + 1;
        Require(Of(aggregate, events).Finish(query), Of(sliding, events).Finish(query), aggregate, "the aggregate for bounded windows gives the same");
        if (sliding.Name != aggregate.Name || sliding.Kind != aggregate.Kind || !sliding.Inputs.SequenceEqual(aggregate.Inputs) || !sliding.Parameters.SequenceEqual(aggregate.Parameters))
        {
            throw new InvalidOperationException($"Aggregate '{aggregate.Name}' has another name, kind, input or parameter for bounded windows: a view's digest would not say what is computed.");
        }
    }

    private static void Require(FeatureValue expected, FeatureValue actual, Aggregate aggregate, string law)
    {
        if (expected != actual)
        {
            throw new InvalidOperationException($"Aggregate '{aggregate.Name}' breaks the law that {law}: expected {expected}, got {actual}.");
        }
    }

    private static Accumulator Of(Aggregate aggregate, ReadOnlySpan<LawEvent> events)
    {
        var accumulator = aggregate.NewAccumulator();
        foreach (var item in events)
        {
            accumulator.Add(item.ToEvent());
        }

        return accumulator;
    }

    private static Accumulator MergeTree(Aggregate aggregate, ReadOnlySpan<LawEvent> events, ref Philox random)
    {
        if (events.Length < 2)
        {
            return Of(aggregate, events);
        }

        var cut = random.NextInt32(events.Length + 1);
        if (cut == 0 || cut == events.Length)
        {
            cut = events.Length / 2;
        }

        var left = MergeTree(aggregate, events[..cut], ref random);
        left.Merge(MergeTree(aggregate, events[cut..], ref random));
        return left;
    }

    private static LawEvent[] Shuffle(LawEvent[] events, ref Philox random)
    {
        var shuffled = (LawEvent[])events.Clone();
        for (var i = shuffled.Length - 1; i > 0; i--)
        {
            var j = random.NextInt32(i + 1);
            (shuffled[i], shuffled[j]) = (shuffled[j], shuffled[i]);
        }

        return shuffled;
    }

    // Turns gaps into ascending times.
    private static LawEvent[] Place(LawEvent[] gaps)
    {
        var time = 0L;
        return System.Array.ConvertAll(gaps, g => g with { Time = time += g.Time });
    }

    private sealed record LawEvent(double?[] Inputs, long Time)
    {
        public FeatureEvent ToEvent() => FeatureEvent.Of(Time, Inputs);
    }
}
