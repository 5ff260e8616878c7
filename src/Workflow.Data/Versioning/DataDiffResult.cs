using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Workflow.Data.Versioning;

/// <summary>What <c>dvc diff</c> tells. Lists are sorted by Unicode code point. Immutable.</summary>
public sealed record DataDiffResult
{
    /// <summary>Gets paths that are new.</summary>
    public ImmutableArray<DataDiffEntry> Added { get; init; } = [];

    /// <summary>Gets paths that are gone.</summary>
    public ImmutableArray<DataDiffEntry> Deleted { get; init; } = [];

    /// <summary>Gets paths whose content differs.</summary>
    public ImmutableArray<DataDiffEntry> Modified { get; init; } = [];

    /// <summary>Gets paths that moved.</summary>
    public ImmutableArray<DataDiffEntry> Renamed { get; init; } = [];

    /// <summary>Gets paths of the old state whose object the cache lacks; looked for only when the workspace is the new state.</summary>
    public ImmutableArray<DataDiffEntry> NotInCache { get; init; } = [];

    /// <summary>Gets whether the new state is the workspace.</summary>
    public required bool IsAgainstWorkspace { get; init; }

    /// <summary>Gets whether there is nothing to tell.</summary>
    public bool IsEmpty => Added.IsEmpty && Deleted.IsEmpty && Modified.IsEmpty && Renamed.IsEmpty && NotInCache.IsEmpty;

    /// <summary>Writes the document that <c>dvc diff --json</c> prints.</summary>
    /// <param name="writer">Written to, not flushed.</param>
    /// <param name="showHash">Whether ids are shown (<c>--show-hash</c>).</param>
    /// <param name="hideMissing">Whether <see cref="NotInCache"/> is left out (<c>--hide-missing</c>).</param>
    public void WriteJson(Utf8JsonWriter writer, bool showHash, bool hideMissing)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        if (!IsEmpty)
        {
            WriteList(writer, "added", Added, showHash);
            WriteList(writer, "deleted", Deleted, showHash);
            WriteList(writer, "modified", Modified, showHash);
            WriteList(writer, "renamed", Renamed, showHash);
            if (IsAgainstWorkspace && !hideMissing)
            {
                WriteList(writer, "not in cache", NotInCache, showHash);
            }
        }

        writer.WriteEndObject();
    }

    /// <summary>Gets the document that <c>dvc diff --json</c> prints, on one line.</summary>
    /// <param name="showHash">Whether ids are shown (<c>--show-hash</c>).</param>
    /// <param name="hideMissing">Whether <see cref="NotInCache"/> is left out (<c>--hide-missing</c>).</param>
    public string ToJson(bool showHash = false, bool hideMissing = false)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            WriteJson(writer, showHash, hideMissing);
        }

        return System.Text.Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static void WriteList(Utf8JsonWriter writer, string name, ImmutableArray<DataDiffEntry> entries, bool showHash)
    {
        writer.WriteStartArray(name);
        foreach (var entry in entries)
        {
            writer.WriteStartObject();
            WritePair(writer, "path", entry.Path, entry.NewPath);
            if (showHash)
            {
                WritePair(writer, "hash", entry.Hash, entry.NewHash);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WritePair(Utf8JsonWriter writer, string name, string? old, string? current)
    {
        if (current is null)
        {
            writer.WriteString(name, old);
            return;
        }

        writer.WriteStartObject(name);
        writer.WriteString("old", old);
        writer.WriteString("new", current);
        writer.WriteEndObject();
    }
}
