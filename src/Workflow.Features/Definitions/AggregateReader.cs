using System.Globalization;
using Workflow.Features.Aggregation;

namespace Workflow.Features.Definitions;

/// <summary>Makes an aggregate of the node that stands beside its word: a column, or a mapping of a column and what else decides.</summary>
internal static class AggregateReader
{
    private static readonly Dictionary<string, Func<DefinitionNode, Aggregate?>> Words = new(StringComparer.Ordinal)
    {
        ["count"] = static n => Count(n),
        ["sum"] = static n => OfColumn(n, Aggregate.Sum),
        ["mean"] = static n => OfColumn(n, Aggregate.Mean),
        ["min"] = static n => OfColumn(n, Aggregate.Min),
        ["max"] = static n => OfColumn(n, Aggregate.Max),
        ["ratio"] = Ratio,
        ["variance"] = Variance,
        ["first"] = static n => List(n, Aggregate.FirstK),
        ["last"] = static n => List(n, Aggregate.LastK),
        ["distinct"] = static n => OfColumn(n, Aggregate.Distinct),
        ["approximate_distinct"] = ApproximateDistinct,
        ["quantile"] = Quantile,
        ["top"] = static n => List(n, Aggregate.TopK),
        ["top_counts"] = static n => List(n, Aggregate.TopKCounts),
        ["histogram"] = Histogram,
        ["decayed_sum"] = static n => Decayed(n, Aggregate.DecayedSum),
        ["decayed_mean"] = static n => Decayed(n, Aggregate.DecayedMean),
        ["time_since_last"] = static n => n.Scalar == "*" ? Aggregate.TimeSinceLast() : Refuse(n, $"expected \"*\" for time_since_last, got '{n.Scalar}'"),
    };

    /// <summary>Gets the words, in the order in which messages list them.</summary>
    public static IEnumerable<string> Kinds => Words.Keys;

    /// <summary>Gives the aggregate, or null with faults.</summary>
    public static Aggregate? Read(string kind, DefinitionNode input) => Words[kind](input);

    // Of a column it counts where that column is present: the condition is the reader's of the feature.
    private static Aggregate? Count(DefinitionNode node) => node.Text("\"*\" or a column") is null ? null : Aggregate.Count();

    private static Aggregate? OfColumn(DefinitionNode node, Func<string, Aggregate> make) => Column(node) is { } column ? make(column) : null;

    private static string? Column(DefinitionNode node)
    {
        if (node.Text("a column") is not { } column)
        {
            return null;
        }

        if (column == "*")
        {
            node.Fault("expected a column: only count and time_since_last take \"*\"");
            return null;
        }

        return column;
    }

    private static Aggregate? Ratio(DefinitionNode node)
    {
        var both = node.Items();
        return both.Count == 2 && Column(both[0]) is { } numerator && Column(both[1]) is { } denominator
            ? Aggregate.Ratio(numerator, denominator)
            : Refuse(node, "expected two columns: [numerator, denominator]");
    }

    private static Aggregate? Variance(DefinitionNode node)
    {
        var (column, of) = Parts(node, "kind");
        return column is null ? null
            : of[0] is not { } kind ? Aggregate.Variance(column)
            : kind.Word("sample", "population") is { } word ? Aggregate.Variance(column, word == 0 ? VarianceKind.Sample : VarianceKind.Population) : null;
    }

    private static Aggregate? List(DefinitionNode node, Func<string, int, Aggregate> make)
    {
        var (column, of) = Parts(node, "count");
        return column is null ? null
            : of[0] is not { } count ? Refuse(node, "expected how many: { column: …, count: … }")
            : Whole(count) is { } k ? Built(count, () => make(column, k)) : null;
    }

    private static Aggregate? ApproximateDistinct(DefinitionNode node)
    {
        var (column, of) = Parts(node, "precision");
        return column is null ? null
            : of[0] is not { } precision ? Aggregate.ApproximateDistinct(column)
            : Whole(precision) is { } bits ? Built(precision, () => Aggregate.ApproximateDistinct(column, bits)) : null;
    }

    private static Aggregate? Quantile(DefinitionNode node)
    {
        var (column, of) = Parts(node, "probability", "relative_error");
        if (column is null)
        {
            return null;
        }

        if (of[0] is not { } at)
        {
            return Refuse(node, "expected which: { column: …, probability: … }");
        }

        return Number(at) is not { } probability ? null
            : of[1] is not { } within ? Built(at, () => Aggregate.Quantile(column, probability))
            : Number(within) is { } error ? Built(node, () => Aggregate.Quantile(column, probability, error)) : null;
    }

    private static Aggregate? Histogram(DefinitionNode node)
    {
        var (column, of) = Parts(node, "edges");
        if (column is null)
        {
            return null;
        }

        if (of[0] is not { } list)
        {
            return Refuse(node, "expected upper bounds: { column: …, edges: […] }");
        }

        var edges = list.Items().Select(Number).ToList();
        return edges.Contains(null) ? null : Built(list, () => Aggregate.Histogram(column, [.. edges.Select(static e => e!.Value)]));
    }

    private static Aggregate? Decayed(DefinitionNode node, Func<string, TimeSpan, Aggregate> make)
    {
        var (column, of) = Parts(node, "half_life");
        return column is null ? null
            : of[0] is not { } half ? Refuse(node, "expected how fast: { column: …, half_life: … }")
            : half.Duration() is { } life ? Built(half, () => make(column, life)) : null;
    }

    // A text alone is the column; a mapping names it and the parts.
    private static (string? Column, DefinitionNode?[] Parts) Parts(DefinitionNode node, params string[] parts)
    {
        if (!node.IsMapping)
        {
            return (Column(node), new DefinitionNode?[parts.Length]);
        }

        var members = node.Members(["column", .. parts]);
        if (members.TryGetValue("column", out var column))
        {
            return (Column(column), [.. parts.Select(members.GetValueOrDefault)]);
        }

        node.Fault("expected column");
        return (null, []);
    }

    private static int? Whole(DefinitionNode node)
    {
        if (int.TryParse(node.Scalar, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        node.Fault($"expected a whole number, got '{node.Scalar}'");
        return null;
    }

    private static double? Number(DefinitionNode node)
    {
        if (double.TryParse(node.Scalar, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
        {
            return number;
        }

        node.Fault($"expected a number, got '{node.Scalar}'");
        return null;
    }

    private static Aggregate? Built(DefinitionNode node, Func<Aggregate> make) => DefinitionReader.Built(node, make);

    private static Aggregate? Refuse(DefinitionNode node, string problem)
    {
        node.Fault(problem);
        return null;
    }
}
