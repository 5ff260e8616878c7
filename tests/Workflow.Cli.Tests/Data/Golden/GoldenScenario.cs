using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;

namespace Workflow.Cli.Tests.Data.Golden;

/// <summary>A conversation with the real DVC: every step, and the whole tree after it (see <c>golden/dvc/README.md</c>).</summary>
internal sealed class GoldenScenario
{
    private readonly Dictionary<int, List<(string Path, TarEntryType Type, int Mode, string Link, byte[] Content)>> _states = [];

    private GoldenScenario(JsonElement json) => Json = json;

    public JsonElement Json { get; }

    public string Id => Json.GetProperty("id").GetString()!;

    public string Base => Json.GetProperty("base").GetString()!;

    public static GoldenScenario Load(string jsonPath, string tarPath, string? caseId)
    {
        using var stream = new GZipStream(File.OpenRead(jsonPath), CompressionMode.Decompress);
        var root = JsonDocument.Parse(stream).RootElement;
        var scenario = new GoldenScenario(caseId is null ? root : root.GetProperty("cases").EnumerateArray().Single(c => c.GetProperty("id").GetString() == caseId));
        scenario.ReadStates(tarPath, caseId is null ? "" : caseId + "/");
        return scenario;
    }

    /// <summary>Writes a state into an empty folder.</summary>
    public void Materialize(int state, string folder)
    {
        foreach (var (path, type, mode, link, content) in _states.GetValueOrDefault(state) ?? [])
        {
            var target = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            switch (type)
            {
                case TarEntryType.Directory:
                    Directory.CreateDirectory(target);
                    SetMode(target, mode);
                    break;
                case TarEntryType.SymbolicLink:
                    File.CreateSymbolicLink(target, link.Replace(Base, folder, StringComparison.Ordinal));
                    break;
                case TarEntryType.HardLink:
                    SameFile.Link(Path.Combine(folder, link[(link.IndexOf('/', StringComparison.Ordinal) + 1)..]), target);
                    break;
                default:
                    File.WriteAllBytes(target, content);
                    SetMode(target, mode);
                    break;
            }
        }
    }

    private static void SetMode(string path, int mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, (UnixFileMode)mode);
        }
    }

    public JsonElement State(int number) => Json.GetProperty("states").EnumerateArray().Single(s => s.GetProperty("n").GetInt32() == number);

    private void ReadStates(string tarPath, string prefix)
    {
        using var stream = new GZipStream(File.OpenRead(tarPath), CompressionMode.Decompress);
        using var reader = new TarReader(stream);
        while (reader.GetNextEntry(copyData: true) is { } entry)
        {
            var name = entry.Name.TrimEnd('/');
            if (!name.StartsWith(prefix, StringComparison.Ordinal) || name[prefix.Length..].IndexOf('/', StringComparison.Ordinal) is var slash && slash < 0)
            {
                continue;
            }

            name = name[prefix.Length..];
            var state = int.Parse(name[..slash], System.Globalization.CultureInfo.InvariantCulture);
            using var data = new MemoryStream();
            entry.DataStream?.CopyTo(data);
            if (!_states.TryGetValue(state, out var entries))
            {
                _states[state] = entries = [];
            }

            var link = entry.EntryType == TarEntryType.HardLink && prefix.Length > 0 ? entry.LinkName[prefix.Length..] : entry.LinkName;
            entries.Add((name[(slash + 1)..], entry.EntryType, (int)entry.Mode, link, data.ToArray()));
        }
    }
}
