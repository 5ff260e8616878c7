using Workflow.Data.Versioning.Metafiles;
using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Versioning.Imports;

/// <summary>What was read of a source. Immutable.</summary>
/// <param name="Record">What is kept of the source.</param>
/// <param name="Content">What is kept of the output.</param>
/// <param name="Folder">The list of the output's files; null for a file.</param>
internal sealed record SourceContents(SourceRecord Record, RecordedContent Content, DirectoryObject? Folder);
