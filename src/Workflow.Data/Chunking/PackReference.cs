using Workflow.Data.Storage;

namespace Workflow.Data.Chunking;

/// <summary>A pack whose name may not be known yet.</summary>
internal sealed class PackReference
{
    /// <summary>Gets or sets the name; set once, before anything is committed that refers to it.</summary>
    public ContentDigest Id { get; set; }

    /// <summary>Gets whether the upload that holds it makes it itself.</summary>
    public bool IsFresh { get; init; }
}
