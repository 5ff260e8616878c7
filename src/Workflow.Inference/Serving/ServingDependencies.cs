using Microsoft.Extensions.Logging;
using Workflow.Data.Metadata;
using Workflow.Data.Registry;
using Workflow.Data.Storage;

namespace Workflow.Inference.Serving;

/// <summary>What every served model of one host shares. Immutable.</summary>
internal sealed record ServingDependencies(MetadataDatabase Database, ModelRegistry Registry, IObjectStore Objects)
{
    public required TimeProvider Time { get; init; }

    public required ILogger Logger { get; init; }

    public required InferenceTelemetry Telemetry { get; init; }
}
