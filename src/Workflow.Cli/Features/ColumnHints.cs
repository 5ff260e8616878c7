using Apache.Arrow.Types;
using Workflow.Features.Views;

namespace Workflow.Cli.Features;

/// <summary>What definitions say of the columns of a file that has no types of its own.</summary>
internal sealed class ColumnHints
{
    /// <summary>Gets the columns that must have a type.</summary>
    public Dictionary<string, IArrowType> Types { get; } = new(StringComparer.Ordinal);

    public static TimestampType Time { get; } = new(TimeUnit.Microsecond, "UTC");

    public static ColumnHints OfSource(IEnumerable<FeatureView> views)
    {
        var hints = new ColumnHints();
        foreach (var view in views)
        {
            hints.Types[view.EventTime] = Time;
            if (view.Availability.Column is { } column)
            {
                hints.Types[column] = Time;
            }

            foreach (var key in view.Entity.Keys)
            {
                hints.Types[view.KeyColumns.GetValueOrDefault(key.Name, key.Name)] = TypeOf(key.Type);
            }
        }

        return hints;
    }

    public static ColumnHints OfLabels(FeatureService service, string? time)
    {
        var hints = new ColumnHints();
        foreach (var key in service.Views.SelectMany(static v => v.View.Entity.Keys))
        {
            hints.Types[key.Name] = TypeOf(key.Type);
        }

        hints.Types[time ?? "event_timestamp"] = Time;
        return hints;
    }

    /// <summary>Gives the Arrow type of a key.</summary>
    public static IArrowType TypeOf(EntityKeyType type) => type switch
    {
        EntityKeyType.Int64 => Int64Type.Default,
        EntityKeyType.Int32 => Int32Type.Default,
        EntityKeyType.Guid => new FixedSizeBinaryType(16),
        EntityKeyType.Bytes => BinaryType.Default,
        _ => StringType.Default,
    };
}
