namespace Workflow.Inference.AspNetCore;

/// <summary>Limits of the Open Inference Protocol's endpoints. Read when they are mapped.</summary>
public sealed class OpenInferenceOptions
{
    /// <summary>Gets or sets the largest body of a request, after decompression, in bytes. Default 16 MiB; from 1 KiB to 2,000 MiB.</summary>
    public int MaxRequestBytes { get; set; } = 16 << 20;

    /// <summary>Gets or sets how deeply JSON may nest: tensors of rank r need r + 4. Default 32; from 8 to 1000.</summary>
    public int MaxJsonDepth { get; set; } = 32;

    /// <summary>Gets or sets the name of the request parameter by which requests are routed during a rollout. Default <c>routing_key</c>; where it is missing, the request's id.</summary>
    public string RoutingParameter { get; set; } = "routing_key";

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxRequestBytes, 1 << 10);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxRequestBytes, 2000 << 20);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxJsonDepth, 8);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxJsonDepth, 1000);
        ArgumentException.ThrowIfNullOrEmpty(RoutingParameter);
    }
}
