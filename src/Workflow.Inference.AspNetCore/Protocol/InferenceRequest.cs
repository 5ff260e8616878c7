using System.Buffers;
using System.Collections.Immutable;
using Workflow.Inference.Scoring;

namespace Workflow.Inference.AspNetCore.Protocol;

/// <summary>A parsed inference request. Its tensors lie in rented buffers until it is disposed.</summary>
internal sealed class InferenceRequest : IDisposable
{
    private readonly List<byte[]> _rented = [];

    public string? Id { get; set; }

    public string? RoutingKey { get; set; }

    public List<TensorValue> Inputs { get; } = [];

    /// <summary>Gets or sets the outputs asked for; null for all.</summary>
    public ImmutableArray<string>? Outputs { get; set; }

    public byte[] Rent(int bytes)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(bytes);
        _rented.Add(buffer);
        return buffer;
    }

    public void Dispose()
    {
        foreach (var buffer in _rented)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        _rented.Clear();
    }
}
