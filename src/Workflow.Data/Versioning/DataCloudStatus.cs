using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Workflow.Data.Versioning;

/// <summary>What <c>dvc status --cloud</c> tells: the cache and a remote compared. Immutable.</summary>
public sealed record DataCloudStatus
{
    /// <summary>
    /// Gets the paths whose content is not in both, relative to the folder that the question was asked in, with <c>/</c>. Content that several
    /// paths have is told under one of them. In the order of code points.
    /// </summary>
    public required ImmutableArray<KeyValuePair<string, DataCloudState>> Paths { get; init; }

    /// <summary>Gets the lists of files that are neither in the cache nor in the remote, by their ids: what they list is not known.</summary>
    public required ImmutableArray<string> MissingLists { get; init; }

    /// <summary>Gets the document that <c>dvc status --cloud --json</c> prints, on one line.</summary>
    public string ToJson()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            foreach (var (path, state) in Paths)
            {
                writer.WriteString(path, state switch { DataCloudState.New => "new", DataCloudState.Deleted => "deleted", _ => "missing" });
            }

            writer.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }
}
