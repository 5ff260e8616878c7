using Workflow.Features.Views;

namespace Workflow.Features.Definitions;

/// <summary>Makes a feature of its node: one word says what is computed, <c>window</c> and <c>where</c> over which rows.</summary>
internal static class FeatureReader
{
    private static readonly string[] Kinds = ["latest", .. AggregateReader.Kinds];

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

        if (AggregateReader.Read(kinds[0], input) is not { } aggregate)
        {
            return false;
        }

        if (kinds[0] == "count" && input.Scalar != "*")
        {
            // Rows where the column is null do not exist for it.
            where = Expression.Parse(where is null ? $"not is_null({input.Scalar})" : $"not is_null({input.Scalar}) and {where}");
        }

        return DefinitionReader.Built(input, () => builder.Feature(new WindowedFeature(name, aggregate, window) { Where = where })) is not null;
    }
}
