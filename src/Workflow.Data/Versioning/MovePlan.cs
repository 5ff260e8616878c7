using Workflow.Data.Versioning.Metafiles;

namespace Workflow.Data.Versioning;

/// <summary>What a move does, decided before anything is written.</summary>
/// <param name="Output">What is moved.</param>
/// <param name="Metafile">The file that tracks it.</param>
/// <param name="NewPath">Where it goes.</param>
/// <param name="NewMetafilePath">The file that tracks it then; the same one when it is not named after the output.</param>
/// <param name="NewMetafile">That file's content.</param>
internal sealed record MovePlan(TrackedOutput Output, DvcMetafile Metafile, string NewPath, string NewMetafilePath, byte[] NewMetafile)
{
    public bool HasNewMetafile => NewMetafilePath != Metafile.Path;
}
