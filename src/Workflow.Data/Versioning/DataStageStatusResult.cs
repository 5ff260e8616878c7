using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using Workflow.Data.Versioning.Stages;

namespace Workflow.Data.Versioning;

/// <summary>What <c>dvc status</c> tells: the workspace compared with the <c>.dvc</c> files and <c>dvc.lock</c>. Immutable.</summary>
public sealed record DataStageStatusResult
{
    /// <summary>Gets what differs; stages without a difference are not listed.</summary>
    public required ImmutableArray<StageChanges> Stages { get; init; }

    /// <summary>Gets the frozen stages, whose dependencies were not compared, by address.</summary>
    public required ImmutableArray<string> Frozen { get; init; }

    /// <summary>Gets whether nothing differs.</summary>
    public bool IsClean => Stages.IsEmpty;

    /// <summary>Gets the word that DVC has for a difference.</summary>
    public static string NameOf(StageChangeKind kind) => kind switch
    {
        StageChangeKind.Modified => "modified",
        StageChangeKind.Deleted => "deleted",
        StageChangeKind.New => "new",
        StageChangeKind.NotInCache => "not in cache",
        StageChangeKind.UpdateAvailable => "update available",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such difference."),
    };

    /// <summary>Writes the document that <c>dvc status --json</c> prints.</summary>
    /// <param name="writer">Written to, not flushed.</param>
    public void WriteJson(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        foreach (var stage in Stages)
        {
            writer.WriteStartArray(stage.Address);
            WriteChanges(writer, "changed deps", stage.Dependencies);
            WriteChanges(writer, "changed outs", stage.Outputs);
            WriteIf(writer, stage.IsAlwaysChanged, "always changed");
            WriteIf(writer, stage.IsCommandChanged, "changed command");
            WriteIf(writer, stage.IsChecksumChanged, "changed checksum");
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    /// <summary>Gets the document that <c>dvc status --json</c> prints, on one line.</summary>
    public string ToJson()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            WriteJson(writer);
        }

        return System.Text.Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static void WriteChanges(Utf8JsonWriter writer, string name, ImmutableArray<StageChange> changes)
    {
        if (changes.IsEmpty)
        {
            return;
        }

        writer.WriteStartObject();
        writer.WriteStartObject(name);
        foreach (var change in changes)
        {
            if (change.Kind is { } kind)
            {
                writer.WriteString(change.Path, NameOf(kind));
                continue;
            }

            writer.WriteStartObject(change.Path);
            foreach (var parameter in change.Parameters)
            {
                writer.WriteString(parameter.Path, NameOf(parameter.Kind ?? StageChangeKind.Modified));
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteIf(Utf8JsonWriter writer, bool isTrue, string text)
    {
        if (isTrue)
        {
            writer.WriteStringValue(text);
        }
    }
}
