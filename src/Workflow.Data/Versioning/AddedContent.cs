using Workflow.Data.Versioning.Metafiles;
using Workflow.Data.Versioning.Objects;
using Workflow.Data.Versioning.Workspace;

namespace Workflow.Data.Versioning;

/// <summary>A plan with what was found in the workspace.</summary>
/// <param name="Files">The files of the target.</param>
/// <param name="Recorded">What the metafile will say; null: it stays as it is.</param>
/// <param name="Folders">The lists of files to store: the output's own and, for a part, that of the part.</param>
/// <param name="Plan">The plan.</param>
/// <param name="Hashes">One per file.</param>
internal sealed record AddedContent(AddPlan Plan, IReadOnlyList<WorkspaceFile> Files, Md5Hash[] Hashes, RecordedContent? Recorded, IReadOnlyList<DirectoryObject> Folders);
