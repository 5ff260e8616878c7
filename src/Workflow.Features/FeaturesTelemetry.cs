using System.Diagnostics;

namespace Workflow.Features;

internal static class FeaturesTelemetry
{
    public const string SourceName = "Workflow.Features";

    public static readonly ActivitySource Activities = new(SourceName);
}
