using System.Text;
using Workflow.Data.Versioning.Configuration;
using System.Text.Json;
using Workflow.Data.Storage;
using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Versioning;

/// <summary>One repository, two programs: what we write is clean for the real DVC and equal to what it writes, and the reverse.</summary>
public sealed class RealDvcTests
{
    // Names that need quotes, escapes, folding, another sort order, or look like something else.
    private static readonly string[] Names =
    [
        "plain.txt", "a b", " lead", "trail ", "yes", "no", "null", "~", "true", "007", "1.5", "1e3", "0x1F", "0o17", "1_000", "2001-01-01", "12:30:45", "=", "<<",
        "-dash", "- a", "--", "---x", "a: b", "a:", ":a", "a #b", "#hash", "!bang", "'sq'", "\"dq\"", "it's \"both\"", "*star", "&anc", "%pct", "@at", "`tick`", "{brace}", "[brack]", "?q", "|pipe", ">gt", ",", "x,y", "a\\b",
        "é", "e\u0301", "数据.csv", "\U0001F600.bin", "\uFF5E", "a\u00A0b", "tab\tx", "bell\ax", "esc\e[0m", "del\u007Fx", "bom\uFEFFx", "new\nline", "\u200B", ".hidden", "..dots", "key: [v]", "k: 'v' #c",
        string.Join(' ', Enumerable.Repeat("word", 30)), new string('x', 60) + " " + new string('y', 60), "'" + string.Join(' ', Enumerable.Repeat("quoted", 20)), "# " + string.Join("  ", Enumerable.Repeat("two spaces", 12)),
        "tab\t" + string.Join(' ', Enumerable.Repeat("long escaped", 12)), "tab\t\"" + new string('z', 100) + "\" 'end' of it", "数" + string.Join(' ', Enumerable.Repeat("数据", 30)), "\t" + string.Concat(Enumerable.Repeat("\\é", 40)),
    ];

    [Fact]
    public async Task Every_name_gets_the_same_metafile_bytes_and_the_same_line_in_gitignore()
    {
        using var ours = await RepositoryAsync();
        using var theirs = await RepositoryAsync();
        foreach (var folder in new[] { ours, theirs })
        {
            for (var i = 0; i < Names.Length; i++)
            {
                folder.Write("n/" + Names[i], $"content {i}\n");
                folder.Write($"d{i % 3}/" + Names[i], $"other {i}\n");
            }
        }

        string[] targets = [.. Names.Select(static n => "n/" + n), "d0", "d1", "d2"];
        var result = await (await DataRepository.OpenAsync(ours.Path)).AddAsync(targets);
        Assert.Equal(targets, result.Outputs.Select(static o => o.Path));
        await RealDvc.SucceedAsync(theirs.Path, ["add", "-q", "--", .. targets]);
        Assert.Equal(Tree(theirs.Path), Tree(ours.Path));

        Assert.Equal("{}", await RealDvc.SucceedAsync(ours.Path, "status", "--json"));
        Assert.Equal(Tree(theirs.Path), Tree(ours.Path));
        using var status = JsonDocument.Parse(await RealDvc.SucceedAsync(ours.Path, "data", "status", "--json", "--granular"));
        Assert.Equal(["committed"], status.RootElement.EnumerateObject().Select(static p => p.Name));

        var mine = await (await DataRepository.OpenAsync(theirs.Path)).StatusAsync(new DataStatusOptions { Granular = true });
        Assert.True(mine.Uncommitted.IsEmpty && mine.NotInCache.IsEmpty);
        Assert.Equal(Sorted(status.RootElement.GetProperty("committed").GetProperty("added")), mine.Committed.Added);
    }

    [Fact]
    public async Task A_second_add_after_changes_gives_the_same_repository()
    {
        using var ours = await RepositoryAsync();
        using var theirs = await RepositoryAsync();
        foreach (var folder in new[] { ours, theirs })
        {
            folder.Write("data/a", "1\n");
            folder.Write("data/sub/b", "2\n");
            folder.Write("one", "3\n");
            await RealDvc.SucceedAsync(folder.Path, "add", "-q", "data", "one");
            folder.Write("data/a", "changed\n");
            File.Delete(folder["data/sub/b"]);
            folder.Write("data/z/new", "4\n");
            folder.Write("one", "5\n");
        }

        await (await DataRepository.OpenAsync(ours.Path)).AddAsync(["data", "one"]);
        await RealDvc.SucceedAsync(theirs.Path, "add", "-q", "data", "one");
        Assert.Equal(Tree(theirs.Path), Tree(ours.Path));
        Assert.Equal("{}", await RealDvc.SucceedAsync(ours.Path, "status", "--json"));
    }

    [Fact]
    public async Task While_we_hold_the_lock_dvc_fails_and_the_reverse()
    {
        using var folder = await RepositoryAsync();
        folder.Write("f", "1");
        var configuration = DvcConfiguration.Load(folder[".dvc"]);
        using (await DvcLock.AcquireAsync(folder[".dvc"], configuration, TimeProvider.System, CancellationToken.None))
        {
            var (exit, _, errors) = await RealDvc.RunAsync(folder.Path, "add", "f");
            Assert.NotEqual(0, exit);
            Assert.Contains("Unable to acquire lock", errors, StringComparison.Ordinal);
        }

        var python = Path.Combine(Path.GetDirectoryName(RealDvc.Require())!, "python");
        var holder = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(python)
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
            ArgumentList = { "-c", $"import zc.lockfile, sys; l = zc.lockfile.LockFile({JsonSerializer.Serialize(folder[".dvc/tmp/lock"])}); print('held', flush=True); sys.stdin.readline()" },
        })!;
        Assert.Equal("held", await holder.StandardOutput.ReadLineAsync());
        var exception = await Assert.ThrowsAsync<DvcException>(async () => await (await DataRepository.OpenAsync(folder.Path)).AddAsync(["f"]));
        Assert.Equal(DvcErrorKind.Locked, exception.Kind);
        Assert.False(File.Exists(folder["f.dvc"]));
        await holder.StandardInput.WriteLineAsync();
        await holder.WaitForExitAsync();
        await (await DataRepository.OpenAsync(folder.Path)).AddAsync(["f"]);
    }

    private static async Task<TemporaryFolder> RepositoryAsync()
    {
        RealDvc.Require();
        var folder = new TemporaryFolder();
        await RunningProgram.GitAsync(folder.Path, "init", "-q");
        await DataRepository.InitAsync(folder.Path);
        await RunningProgram.GitAsync(folder.Path, "commit", "-q", "-m", "init");
        return folder;
    }

    private static IEnumerable<string> Sorted(JsonElement list) => list.EnumerateArray().Select(static e => e.GetString()!).Order(CodePointComparer.Instance);

    // Path, mode and bytes of everything but git's and temporary files.
    private static string Tree(string root)
    {
        var text = new StringBuilder();
        foreach (var path in Directory.EnumerateFileSystemEntries(root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None, MatchType = MatchType.Simple })
            .Select(p => p[(root.Length + 1)..])
            .Where(static p => !p.StartsWith(".git/", StringComparison.Ordinal) && p != ".git" && !p.StartsWith(".dvc/tmp", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal))
        {
            var stamp = PosixFiles.Stamp(Path.Combine(root, path), followLinks: false);
            text.Append(path).Append(' ').Append(Convert.ToString(stamp.Mode, 8));
            if (stamp.Kind == FileKind.File)
            {
                text.Append(' ').Append(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(Path.Combine(root, path)))));
                if (path.EndsWith(".dvc", StringComparison.Ordinal) || path.EndsWith(".gitignore", StringComparison.Ordinal))
                {
                    text.Append('\n').Append(File.ReadAllText(Path.Combine(root, path)));
                }
            }

            text.Append('\n');
        }

        return text.ToString();
    }
}
