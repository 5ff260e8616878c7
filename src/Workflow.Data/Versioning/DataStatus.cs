using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Workflow.Data.Versioning;

/// <summary>What <c>dvc data status</c> tells: the last git commit, the <c>.dvc</c> files and the workspace compared. Immutable.</summary>
public sealed record DataStatus
{
    /// <summary>Gets tracked paths whose object is not in the cache.</summary>
    public required ImmutableArray<string> NotInCache { get; init; }

    /// <summary>Gets tracked paths whose object is not in their remote; empty unless asked for. Imports from other repositories are in theirs.</summary>
    public ImmutableArray<string> NotInRemote { get; init; } = [];

    /// <summary>Gets how the <c>.dvc</c> files differ from those of the last git commit. Empty without git.</summary>
    public required DataChanges Committed { get; init; }

    /// <summary>Gets how the workspace differs from the <c>.dvc</c> files.</summary>
    public required DataChanges Uncommitted { get; init; }

    /// <summary>Gets files that neither git nor DVC tracks; empty unless asked for.</summary>
    public required ImmutableArray<string> Untracked { get; init; }

    /// <summary>Gets paths without any change; empty unless asked for.</summary>
    public required ImmutableArray<string> Unchanged { get; init; }

    /// <summary>Gets whether git has no commit yet.</summary>
    public required bool IsGitEmpty { get; init; }

    /// <summary>Gets whether <c>git status</c> would show something, untracked files included only when they were asked for.</summary>
    public required bool IsGitDirty { get; init; }

    /// <summary>Gets whether neither data nor <c>.dvc</c> files changed and nothing is missing.</summary>
    public bool IsClean => NotInCache.IsEmpty && Committed.IsEmpty && Uncommitted.IsEmpty;

    /// <summary>Writes the document that <c>dvc data status --json</c> prints: keys without entries are left out.</summary>
    /// <param name="writer">Written to, not flushed.</param>
    public void WriteJson(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        WriteList(writer, "not_in_cache", NotInCache);
        WriteList(writer, "not_in_remote", NotInRemote);
        WriteChanges(writer, "committed", Committed);
        WriteChanges(writer, "uncommitted", Uncommitted);
        WriteList(writer, "untracked", Untracked);
        WriteList(writer, "unchanged", Unchanged);
        writer.WriteEndObject();
    }

    /// <summary>Gets the document that <c>dvc data status --json</c> prints, on one line.</summary>
    public string ToJson()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            WriteJson(writer);
        }

        return System.Text.Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static void WriteChanges(Utf8JsonWriter writer, string name, DataChanges changes)
    {
        if (changes.IsEmpty)
        {
            return;
        }

        writer.WriteStartObject(name);
        WriteList(writer, "modified", changes.Modified);
        WriteList(writer, "added", changes.Added);
        WriteList(writer, "deleted", changes.Deleted);
        if (!changes.Renamed.IsEmpty)
        {
            writer.WriteStartArray("renamed");
            foreach (var rename in changes.Renamed)
            {
                writer.WriteStartObject();
                writer.WriteString("old", rename.Old);
                writer.WriteString("new", rename.New);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        WriteList(writer, "unknown", changes.Unknown);
        writer.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter writer, string name, ImmutableArray<string> paths)
    {
        if (paths.IsEmpty)
        {
            return;
        }

        writer.WriteStartArray(name);
        foreach (var path in paths)
        {
            writer.WriteStringValue(path);
        }

        writer.WriteEndArray();
    }
}
