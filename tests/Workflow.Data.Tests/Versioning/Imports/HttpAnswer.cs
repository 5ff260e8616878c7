namespace Workflow.Data.Versioning.Imports;

/// <summary>What <see cref="LoopbackHttp"/> says of a path.</summary>
internal sealed record HttpAnswer
{
    public int Status { get; init; } = 200;

    public string Body { get; init; } = "";

    /// <summary>Gets header lines besides <c>Content-Length</c>.</summary>
    public string[] Headers { get; init; } = [];

    /// <summary>Gets whether the length is told.</summary>
    public bool HasLength { get; init; } = true;

    /// <summary>Gets how many bytes are sent before the connection breaks; null: all.</summary>
    public int? SentBytes { get; init; }
}
