using System.Buffers;

namespace Workflow.Inference.Serving;

/// <summary>A name that a host was told to serve. Immutable.</summary>
internal sealed record ServedModelName(string Name)
{
    public static SearchValues<char> Allowed { get; } = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");
}
