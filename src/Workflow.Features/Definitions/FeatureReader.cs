using Workflow.Features.Aggregation;
using Workflow.Features.Views;

namespace Workflow.Features.Definitions;

/// <summary>Makes a feature of its node: one word says what is computed, <c>window</c> and <c>where</c> over which rows.</summary>
internal static class FeatureReader
{
    private static readonly string[] Kinds = ["latest", "count", "sum", "mean", "min", "max", "ratio", "time_since_last"];

    /// <summary>Adds the feature; false with faults.</summary>
    public static bool Read(FeatureViewBuilder builder, string name, DefinitionNode node)
    {
        var members = node.Members([.. Kinds, "window", "where"]);
        var kinds = members.Keys.Where(Kinds.Contains).ToList();
        if (kinds.Count != 1)
        {
            node.Fault($"expected one of {string.Join(", ", Kinds)}, got {(kinds.Count == 0 ? "none" : string.Join(" and ", kinds))}");
            return false;
        }

        var where = members.TryGetValue("where", out var condition) ? condition.Formula() : null;
        var window = members.TryGetValue("window", out var span) && span.Scalar != "none" ? span.Duration() : null;
        if ((condition is not null && where is null) || (span is not null && span.Scalar != "none" && window is null))
        {
            return false;
        }

        var input = members[kinds[0]];
        if (kinds[0] == "latest")
        {
            if (span is not null)
            {
                span.Fault("latest takes the newest row whatever its age: limit it with the view's ttl");
                return false;
            }

            return input.Text("a column") is { } column && DefinitionReader.Built(input, () => builder.Latest(name, column, where?.ToString())) is not null;
        }

        if (window == TimeSpan.Zero)
        {
            span!.Fault("expected at least 1us");
            return false;
        }

        return Aggregate(kinds[0], input, ref where) is { } aggregate
            && DefinitionReader.Built(input, () => builder.Feature(new WindowedFeature(name, aggregate, window) { Where = where })) is not null;
    }

    private static Aggregate? Aggregate(string kind, DefinitionNode input, ref Expression? where)
    {
        if (kind == "ratio")
        {
            var both = input.Items();
            if (both.Count != 2 || both[0].Text("a column") is not { } numerator || both[1].Text("a column") is not { } denominator)
            {
                input.Fault("expected two columns: [numerator, denominator]");
                return null;
            }

            return Aggregation.Aggregate.Ratio(numerator, denominator);
        }

        if (input.Text(kind is "count" or "time_since_last" ? "\"*\"" : "a column") is not { } column)
        {
            return null;
        }

        if (column == "*" ? kind is not ("count" or "time_since_last") : kind == "time_since_last")
        {
            input.Fault(column == "*" ? $"expected a column for {kind}" : $"expected \"*\" for time_since_last, got '{column}'");
            return null;
        }

        if (kind == "count" && column != "*")
        {
            // Rows where the column is null do not exist for it.
            where = Expression.Parse(where is null ? $"not is_null({column})" : $"not is_null({column}) and {where}");
        }

        return kind switch
        {
            "count" => Aggregation.Aggregate.Count(),
            "sum" => Aggregation.Aggregate.Sum(column),
            "mean" => Aggregation.Aggregate.Mean(column),
            "min" => Aggregation.Aggregate.Min(column),
            "max" => Aggregation.Aggregate.Max(column),
            _ => Aggregation.Aggregate.TimeSinceLast(),
        };
    }
}
