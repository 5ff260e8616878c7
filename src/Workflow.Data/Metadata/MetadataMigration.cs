using System.Text;
using Workflow.Data.Storage;

namespace Workflow.Data.Metadata;

/// <summary>One numbered step of a package's tables. Immutable.</summary>
/// <param name="Number">The number at the start of its file's name; 1, 2, 3 ….</param>
/// <param name="Name">The name of its file, for example <c>0001_registry.sql</c>.</param>
/// <param name="Script">Its statements, with line feeds only.</param>
public sealed record MetadataMigration(long Number, string Name, string Script)
{
    /// <summary>Gets the digest of the script: a script that has run anywhere must never change again.</summary>
    public ContentDigest Digest => ContentDigest.Of(Encoding.UTF8.GetBytes(Script));
}
