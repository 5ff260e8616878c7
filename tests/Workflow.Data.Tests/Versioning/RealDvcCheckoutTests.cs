using Workflow.Data.Versioning.Objects;
using Workflow.Numerics.Random;

namespace Workflow.Data.Versioning;

/// <summary>Our checkout of the real DVC's repository and its checkout of ours, with random trees and all types of links.</summary>
public sealed class RealDvcCheckoutTests
{
    private static readonly string[] Names =
    [
        "a", "B", "c d", "é", "e\u0301", "数据", "\U0001F600", "\uFF5E", "q\"uote", "it's", "new\nline", "tab\tx", "del\u007F", "back\\slash", "#x", "*", ".hidden", "~", "x.dvc.txt", "-dash",
    ];

    [Theory]
    [InlineData("reflink,copy", 1)]
    [InlineData("copy", 2)]
    [InlineData("hardlink", 3)]
    [InlineData("symlink", 4)]
    public async Task Each_checks_out_what_the_other_recorded(string types, long seed)
    {
        RealDvc.Require();
        using var folder = new TemporaryFolder();
        await RunningProgram.GitAsync(folder.Path, "init", "-q");
        var repository = await DataRepository.InitAsync(folder.Path);
        folder.Write(".dvc/config", $"[cache]\n    type = \"{types}\"\n");
        var random = new Philox(seed, "trees");
        Fill(folder, "ours", ref random);
        Fill(folder, "theirs", ref random);
        folder.Write("our file", "1");
        folder.Write("run.sh", "#!/bin/sh\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder["run.sh"], (UnixFileMode)0b111_101_101);
        }

        await repository.AddAsync(["ours", "our file"]);
        await RealDvc.SucceedAsync(folder.Path, "add", "-q", "theirs", "run.sh");
        var wanted = Contents(folder);

        foreach (var name in new[] { "ours", "theirs" })
        {
            Directory.Delete(folder[name], recursive: true);
        }

        File.Delete(folder["our file"]);
        File.Delete(folder["run.sh"]);
        await RealDvc.SucceedAsync(folder.Path, "checkout", "-q");
        Assert.Equal(wanted, Contents(folder));
        var made = Kinds(folder);

        Directory.Delete(folder["ours"], recursive: true);
        Directory.Delete(folder["theirs"], recursive: true);
        File.Delete(folder["our file"]);
        File.Delete(folder["run.sh"]);
        var result = await repository.CheckoutAsync();
        Assert.Equal(["our file", "ours/", "run.sh", "theirs/"], result.Added);
        Assert.Equal(wanted, Contents(folder));
        Assert.Equal(made, Kinds(folder));
        Assert.Equal("{}", await RealDvc.SucceedAsync(folder.Path, "status", "--json"));
        await RealDvc.SucceedAsync(folder.Path, "checkout", "-q");
        Assert.True((await repository.StatusAsync()).Uncommitted.IsEmpty);
    }

    [Fact]
    public async Task Moved_removed_and_committed_by_us_is_clean_for_dvc()
    {
        RealDvc.Require();
        using var folder = new TemporaryFolder();
        await RunningProgram.GitAsync(folder.Path, "init", "-q");
        var repository = await DataRepository.InitAsync(folder.Path);
        var random = new Philox(9, "trees");
        Fill(folder, "d", ref random);
        folder.Write("f", "1");
        folder.Write("g", "2");
        await RealDvc.SucceedAsync(folder.Path, "add", "-q", "d", "f", "g");
        Directory.CreateDirectory(folder["sub"]);
        await repository.MoveAsync("d", "sub");
        await repository.MoveAsync("f", "sub/é: 'f'");
        await repository.RemoveAsync(["g.dvc"]);
        folder.Write("sub/d/changed", "new");
        await repository.CommitAsync(new DataCommitOptions { Force = true });
        Assert.Equal("{}", await RealDvc.SucceedAsync(folder.Path, "status", "--json"));
        await RealDvc.SucceedAsync(folder.Path, "move", "sub/é: 'f'", "f");
        Assert.True((await repository.StatusAsync()).Uncommitted.IsEmpty);
        Assert.Equal("1", folder.Read("f"));
        await repository.Remotes.AddAsync("r", "../remote", new DataRemoteAddOptions { Default = true });
        Assert.Equal($"r\t{folder["remote"].Replace(folder.Path, Path.GetDirectoryName(folder.Path), StringComparison.Ordinal)}", (await RealDvc.SucceedAsync(folder.Path, "config", "--list")).Split('\n').Where(static l => l.StartsWith("remote.r.url=", StringComparison.Ordinal)).Select(static l => "r\t" + l["remote.r.url=".Length..]).Single());
    }

    private static void Fill(TemporaryFolder folder, string root, ref Philox random)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 40; i++)
        {
            var parts = new string[1 + random.NextInt32(4)];
            for (var j = 0; j < parts.Length; j++)
            {
                parts[j] = Names[random.NextInt32(Names.Length)];
            }

            var path = string.Join('/', parts);
            if (!taken.Any(t => t == path || t.StartsWith(path + "/", StringComparison.Ordinal) || path.StartsWith(t + "/", StringComparison.Ordinal)))
            {
                taken.Add(path);
                folder.Write($"{root}/{path}", random.NextInt32(4) == 0 ? "" : new string((char)('a' + random.NextInt32(26)), random.NextInt32(3000)));
            }
        }
    }

    private static string Contents(TemporaryFolder folder) =>
        string.Join('\n', Data(folder).Select(p => $"{p} {FileHasher.Hash(File.ReadAllBytes(folder[p]))}"));

    private static string Kinds(TemporaryFolder folder) => string.Join('\n', Data(folder).Select(p =>
    {
        var own = Workflow.Data.Storage.PosixFiles.Stamp(folder[p], followLinks: false);
        return $"{p} {own.Kind} {Convert.ToString(own.Mode, 8)} {Workflow.Data.Storage.PosixFiles.LinkCount(folder[p])} {new FileInfo(folder[p]).LinkTarget}";
    }));

    private static IEnumerable<string> Data(TemporaryFolder folder) => Directory
        .EnumerateFiles(folder.Path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None, MatchType = MatchType.Simple })
        .Select(p => p[(folder.Path.Length + 1)..])
        .Where(static p => !p.StartsWith(".git", StringComparison.Ordinal) && !p.StartsWith(".dvc", StringComparison.Ordinal) && !p.EndsWith(".dvc", StringComparison.Ordinal) && p != ".gitignore")
        .Order(StringComparer.Ordinal);
}
