namespace Workflow.Data.Versioning.Revisions;

/// <summary>An object of a git repository.</summary>
/// <param name="Name">As it was asked for.</param>
/// <param name="Id">Its hash.</param>
/// <param name="Type"><c>blob</c>, <c>tree</c>, <c>commit</c> or <c>tag</c>.</param>
/// <param name="Content">Its bytes.</param>
internal readonly record struct GitObject(string Name, string Id, string Type, ReadOnlyMemory<byte> Content);
