using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Workflow.Data.Definitions;
using Workflow.Data.Storage;

namespace Workflow.Features.Offline;

/// <summary>What a backfill holds: every partition with the digests of what it was computed from. Immutable.</summary>
/// <remarks>Kept as <c>manifest.json</c>, canonical JSON: equal definitions and inputs give equal bytes.</remarks>
public sealed record BackfillManifest
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "manifest.json";

    private const string Format = "workflow-backfill-1";
    private const int MaxBytes = 64 << 20;

    /// <summary>Gets the name of the service.</summary>
    public required string Service { get; init; }

    /// <summary>Gets the digest of the service's definition.</summary>
    public required ContentDigest ServiceDigest { get; init; }

    /// <summary>Gets the number of partitions of each group.</summary>
    public required int Partitions { get; init; }

    /// <summary>Gets the partitions: group by group, in order.</summary>
    public required ImmutableArray<BackfillPart> Parts { get; init; }

    /// <summary>Gets the digest of the manifest: the identity of all the features in it.</summary>
    public ContentDigest Digest => ContentDigest.Of(ToBytes());

    /// <summary>Reads the manifest of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="cancellationToken">Passed to reading.</param>
    /// <returns>The manifest; null where there is none.</returns>
    /// <exception cref="InvalidDataException">The file is no manifest; says what is wrong.</exception>
    public static async Task<BackfillManifest?> ReadAsync(string folder, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            if (new FileInfo(path).Length > MaxBytes)
            {
                throw new FormatException($"it has more than {MaxBytes} bytes");
            }

            return Parse(JsonNode.Parse(await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false)) as JsonObject ?? throw new FormatException("it is no JSON object"));
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or OverflowException)
        {
            throw new InvalidDataException($"'{path}' is no manifest of a backfill: {e.Message}. Delete the folder to compute everything again.", e);
        }
    }

    internal byte[] ToBytes() => CanonicalJson.Serialize(new JsonObject
    {
        ["format"] = Format,
        ["partitions"] = Partitions,
        ["parts"] = new JsonArray(
        [
            .. Parts.Select(static p => new JsonObject
            {
                ["definition"] = p.Definition.ToString(),
                ["events"] = p.Events.ToString(),
                ["file"] = p.File,
                ["group"] = p.Group,
                ["output"] = p.Output.ToString(),
                ["partition"] = p.Partition,
                ["rows"] = p.Rows,
                ["spine"] = p.Spine.ToString(),
            }),
        ]),
        ["service"] = Service,
        ["service_digest"] = ServiceDigest.ToString(),
    });

    private static BackfillManifest Parse(JsonObject json) => Text(json, "format") != Format
        ? throw new FormatException($"expected the format '{Format}', got '{Text(json, "format")}'")
        : new BackfillManifest
        {
            Service = Text(json, "service"),
            ServiceDigest = ContentDigest.Parse(Text(json, "service_digest")),
            Partitions = Number(json, "partitions", 256),
            Parts = [.. Member(json, "parts").AsArray().Select(static p => ParsePart(p as JsonObject ?? throw new FormatException("a part is no JSON object")))],
        };

    private static BackfillPart ParsePart(JsonObject json)
    {
        var file = Text(json, "file");
        return new BackfillPart
        {
            Group = Number(json, "group", int.MaxValue),
            Partition = Number(json, "partition", 255),
            Definition = ContentDigest.Parse(Text(json, "definition")),
            Spine = ContentDigest.Parse(Text(json, "spine")),
            Events = ContentDigest.Parse(Text(json, "events")),
            File = BackfillUnit.IsFileName(file) ? file : throw new FormatException($"'{file}' is not the name of a file of features"),
            Output = ContentDigest.Parse(Text(json, "output")),
            Rows = Member(json, "rows").GetValue<long>(),
        };
    }

    private static JsonNode Member(JsonObject json, string name) => json[name] ?? throw new FormatException($"'{name}' is missing");

    private static string Text(JsonObject json, string name) => Member(json, name).GetValue<string>();

    private static int Number(JsonObject json, string name, int most)
    {
        var number = Member(json, name).GetValue<int>();
        return number >= 0 && number <= most ? number : throw new FormatException($"'{name}' is {number}, expected 0 to {most}");
    }
}
