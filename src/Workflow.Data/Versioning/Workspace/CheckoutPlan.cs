using Workflow.Data.Versioning.Imports;
using Workflow.Data.Versioning.Metafiles;

namespace Workflow.Data.Versioning.Workspace;

/// <summary>What a checkout does with one output, decided before anything is written.</summary>
internal sealed class CheckoutPlan
{
    public required TrackedOutput Output { get; init; }

    /// <summary>Gets whether the output is a folder when it is checked out.</summary>
    public required bool IsFolder { get; init; }

    /// <summary>Gets whether something stood at the output's place before.</summary>
    public required bool IsThere { get; init; }

    /// <summary>Gets the files that go away, those that are replaced not among them.</summary>
    public List<string> Deleted { get; } = [];

    /// <summary>Gets the folders that may go away, each one after the one that it lies in. They stay when something is in them.</summary>
    public List<string> DeletedFolders { get; } = [];

    public List<CheckoutFile> Added { get; } = [];

    public List<CheckoutFile> Replaced { get; } = [];

    /// <summary>Gets unchanged files that are made anew as another type of link.</summary>
    public List<CheckoutFile> Relinked { get; } = [];

    public List<string> MadeExecutable { get; } = [];

    /// <summary>Gets the files that would be lost: their content is not in the cache.</summary>
    public List<string> Unsaved { get; } = [];

    /// <summary>Gets the ids that the cache lacks.</summary>
    public List<string> Missing { get; } = [];

    /// <summary>Gets the content of an import that records none; null for what is in the cache.</summary>
    public FetchedImport? Fetched { get; init; }

    /// <summary>Gets whether nothing was ever recorded.</summary>
    public bool HasNoContent { get; init; }

    public bool CanRun => Missing.Count == 0 && !HasNoContent;

    public bool IsChange => !IsThere || Deleted.Count + Added.Count + Replaced.Count + MadeExecutable.Count > 0;

    public bool HasWork => IsChange || Relinked.Count + DeletedFolders.Count > 0;

    public string Shown => IsFolder ? Output.Path + "/" : Output.Path;

    public DataMissingContent ToMissing() => new() { Path = Output.Path, IsImport = Output.IsContentElsewhere, Objects = [.. Missing.Distinct(StringComparer.Ordinal)] };
}
