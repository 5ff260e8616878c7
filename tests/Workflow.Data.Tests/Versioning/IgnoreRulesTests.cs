using System.Text.Json;
using Workflow.Data.Versioning.Ignoring;
using Workflow.Data.Versioning.Workspace;
using Workflow.Repository;

namespace Workflow.Data.Versioning;

public sealed class IgnoreRulesTests
{
    [Fact]
    public void Agrees_with_every_golden_row()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(SharedFolder.Require("golden/dvc/dvcignore.json")));
        var differences = new List<string>();
        var rows = 0;
        foreach (var row in document.RootElement.GetProperty("cases").EnumerateArray())
        {
            rows++;
            using var folder = new TemporaryFolder();
            var path = row.GetProperty("path").GetString()!;
            var isFolder = row.GetProperty("isDir").GetBoolean();
            Directory.CreateDirectory(Path.GetDirectoryName(folder[path])!);
            if (isFolder)
            {
                Directory.CreateDirectory(folder[path]);
            }
            else if (!Path.GetFileName(path).Equals(".dvcignore", StringComparison.Ordinal))
            {
                folder.Write(path, "x");
            }

            foreach (var file in row.GetProperty("files").EnumerateObject())
            {
                folder.Write(file.Name, string.Concat(file.Value.EnumerateArray().Select(static l => l.GetString() + "\n")));
            }

            var expected = row.GetProperty("exit").GetInt32() == 255 ? "refused" : row.GetProperty("ignored").GetBoolean().ToString();
            var actual = Ask(folder.Path, path, isFolder);
            if (actual != expected)
            {
                differences.Add($"{row.GetProperty("id").GetString()}: expected {expected}, got {actual}");
            }

            var walked = row.GetProperty("walked");
            var expectedWalk = walked.ValueKind == JsonValueKind.String ? "refused" : walked.GetBoolean().ToString();
            var actualWalk = Walk(folder.Path, path, isFolder);
            if (!isFolder && actualWalk != expectedWalk)
            {
                differences.Add($"{row.GetProperty("id").GetString()}: walk expected {expectedWalk}, got {actualWalk}");
            }
        }

        Assert.Equal(256, rows);
        Assert.True(differences.Count == 0, string.Join("\n", differences));
    }

    private static string Ask(string root, string path, bool isFolder)
    {
        try
        {
            return new IgnoreRules(root, skipsNestedRepositories: true).IsIgnored(path, isFolder, out _).ToString();
        }
        catch (DvcException)
        {
            return "refused";
        }
    }

    private static string Walk(string root, string path, bool isFolder)
    {
        try
        {
            var files = new WorkspaceWalk(root, new IgnoreRules(root, skipsNestedRepositories: true)).ListFiles("", isTolerant: true, CancellationToken.None);
            return files.Exists(f => f.Path == path || (isFolder && f.Path.StartsWith(path + "/", StringComparison.Ordinal))).ToString();
        }
        catch (DvcException)
        {
            return "refused";
        }
    }
}
