using System.Globalization;
using System.Text;

namespace Workflow.Data.Versioning;

/// <summary>Stages committed and removed by us are what the real DVC makes of them, and nothing is left for it to do.</summary>
public sealed class RealDvcStagesTests
{
    private const int Pipelines = 60;

    private const string Pipeline = """
        # the pipeline
        stages:
          prepare:   # reads raw
            cmd: cp -r raw clean
            deps: [raw]
            outs:
            - clean
          train:
            cmd:
            - cp ../clean/a model.bin
            - echo '{}' > metrics.json
            wdir: work
            deps:
            - ../clean
            params:
            - lr
            - other.toml:
              - a.b
            outs:
            - model.bin
            metrics:
            - metrics.json:
                cache: false
          # nobody reads it
          last:
            cmd: sh -c 'echo 1 > perm; chmod +x perm'
            outs:
            - perm:
                persist: true
        """;

    [Theory]
    [InlineData(null)]
    [InlineData("train")]
    [InlineData("clean")]
    public async Task A_forced_commit_records_what_lies_there_as_dvc_does(string? target)
    {
        RealDvc.Require();
        using var ours = new TemporaryFolder();
        await BuildAsync(ours);
        ours.Write("raw/a", "changed by hand\n");
        ours.Write("clean/a", "changed by hand\n");
        ours.Write("clean/new", "n\n");
        ours.Write("work/model.bin", "better\n");
        ours.Write("work/metrics.json", "{\"a\": 2}\n");
        ours.Write("work/params.yaml", "lr: 0.25\nunused: 1\n");
        using var theirs = new TemporaryFolder();
        await CopyAsync(ours, theirs);

        string[] targets = target is null ? [] : [target];
        await RealDvc.SucceedAsync(theirs.Path, ["commit", "-f", .. targets]);
        var committed = await (await DataRepository.OpenAsync(ours.Path)).CommitAsync(new DataCommitOptions { Force = true, Targets = targets });
        Assert.Contains("dvc.lock", committed.FilesForGit);
        Assert.Equal(theirs.Read("dvc.lock"), ours.Read("dvc.lock"));
        Assert.Equal(Tree(theirs), Tree(ours));
        if (target is null)
        {
            Assert.Equal("Data and pipelines are up to date.", await RealDvc.SucceedAsync(ours.Path, "status"));
            Assert.DoesNotContain("Running", await RealDvc.SucceedAsync(ours.Path, "repro"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_commit_without_force_names_every_changed_stage_and_changes_nothing()
    {
        RealDvc.Require();
        using var folder = new TemporaryFolder();
        await BuildAsync(folder);
        folder.Write("clean/a", "changed by hand\n");
        folder.Write("work/params.yaml", "lr: 2\n");
        var before = Tree(folder);
        var refused = await Assert.ThrowsAsync<DvcException>(async () => await (await DataRepository.OpenAsync(folder.Path)).CommitAsync());
        Assert.Equal(2, refused.Problems.Length);
        Assert.Contains("'prepare'", refused.Problems[0], StringComparison.Ordinal);
        Assert.Contains("'clean', 'params.yaml'", refused.Problems[1], StringComparison.Ordinal);
        Assert.Equal(before, Tree(folder));
    }

    [Fact]
    public async Task Removed_stages_leave_the_files_that_dvc_leaves()
    {
        RealDvc.Require();
        using var ours = new TemporaryFolder();
        await RunningProgram.GitAsync(ours.Path, "init", "-q");
        await DataRepository.InitAsync(ours.Path);
        var targets = new List<string>();
        for (var i = 0; i < Pipelines; i++)
        {
            var random = new Decoration((uint)i + 1);
            var names = Enumerable.Range(0, 2 + random.Pick(4)).Select(static n => string.Create(CultureInfo.InvariantCulture, $"s{n}")).ToList();
            var folder = string.Create(CultureInfo.InvariantCulture, $"p{i}");
            ours.Write($"{folder}/dvc.yaml", random.Pipeline(names));
            ours.Write($"{folder}/dvc.lock", "schema: '2.0'\nstages:\n" + string.Concat(names.Select(static n => $"  {n}:\n    cmd: echo {n}\n")));
            targets.AddRange(names.Where(_ => random.Pick(2) == 0).Select(n => $"{folder}/dvc.yaml:{n}"));
        }

        using var theirs = new TemporaryFolder();
        await CopyAsync(ours, theirs);

        // One process for all: the start of DVC takes longer than its work.
        var python = Path.Combine(Path.GetDirectoryName(RealDvc.Require())!, "python");
        var (exit, _, errors) = await RunningProgram.RunAsync(python, theirs.Path, ["-c", $"from dvc.repo import Repo\nr = Repo()\nfor t in {"['" + string.Join("', '", targets) + "']"}: r.remove(t)"]);
        Assert.True(exit == 0, errors);
        await (await DataRepository.OpenAsync(ours.Path)).RemoveAsync(targets);
        var (expected, got) = (Tree(theirs), Tree(ours));
        var different = expected.Zip(got).Where(static p => p.First != p.Second).Take(3).ToList();
        Assert.True(different.Count == 0 && expected.Count == got.Count, string.Join("\n=====\n", different.Select(d => $"expected\n{d.First}\ngot\n{d.Second}\nfrom\n{new Decoration(uint.Parse(d.First.Split('/')[0][1..], CultureInfo.InvariantCulture) + 1).Again()}")));
        Assert.True(targets.Count > Pipelines / 2);
    }

    [Fact]
    public async Task A_stage_leaves_a_file_that_cannot_be_rewritten_line_by_line()
    {
        using var folder = new TemporaryFolder();
        await RunningProgram.GitAsync(folder.Path, "init", "-q");
        var repository = await DataRepository.InitAsync(folder.Path);
        const string Head = "stages:\n  one:\n    cmd: |\n      echo 1\n      # of the command\n";
        const string Middle = "  two:\n    cmd: >-\n      echo\n      2\n    outs: [o2] # kept by nobody\n\n";
        const string Tail = "  # three\n  three:\n    cmd: echo 3\nvars:\n- v: 1\n";
        folder.Write("dvc.yaml", Head + Middle + Tail);
        folder.Write(".gitignore", "/o2\n");
        folder.Write("o2", "2");
        var removed = await repository.RemoveAsync(["two"]);
        Assert.Equal(["o2"], removed.Outputs);
        Assert.Equal([".gitignore", "dvc.yaml"], removed.FilesForGit);
        Assert.Equal(Head + "\n" + Tail, folder.Read("dvc.yaml"));
        await repository.RemoveAsync(["one"]);
        Assert.Equal("stages:\n\n" + Tail, folder.Read("dvc.yaml"));
    }

    [Fact]
    public async Task What_cannot_be_taken_out_is_refused_and_nothing_changes()
    {
        using var folder = new TemporaryFolder();
        await RunningProgram.GitAsync(folder.Path, "init", "-q");
        var repository = await DataRepository.InitAsync(folder.Path);
        const string Text = "vars:\n- v: 1\nstages:\n  a: &x\n    cmd: echo 1\n  b: *x\n  t:\n    cmd: echo ${v}\n  l:\n    foreach: [1]\n    do:\n      cmd: echo ${item}\n";
        folder.Write("dvc.yaml", Text);
        foreach (var target in new[] { "a", "b t", "l", "l@1", "none", "sub/dvc.yaml:a" })
        {
            var refused = await Assert.ThrowsAsync<DvcException>(() => repository.RemoveAsync(target.Split(' ')));
            Assert.Contains(target.Split(' ')[^1], refused.Message, StringComparison.Ordinal);
            Assert.Equal(Text, folder.Read("dvc.yaml"));
        }

        await repository.RemoveAsync(["b"]);
        Assert.DoesNotContain("b:", folder.Read("dvc.yaml"), StringComparison.Ordinal);
    }

    private static async Task BuildAsync(TemporaryFolder folder)
    {
        await RunningProgram.GitAsync(folder.Path, "init", "-q");
        await DataRepository.InitAsync(folder.Path);
        folder.Write("raw/a", "1\n");
        folder.Write("raw/deep/ü", "2\n");
        folder.Write("work/params.yaml", "lr: 0.5\nunused: 1\n");
        folder.Write("work/other.toml", "[a]\nb = [1, 2.5]\n");
        folder.Write("dvc.yaml", Pipeline + "\n");
        await RealDvc.SucceedAsync(folder.Path, "repro");
    }

    private static async Task CopyAsync(TemporaryFolder from, TemporaryFolder to)
    {
        var (exit, _, errors) = await RunningProgram.RunAsync("cp", from.Path, ["-a", ".", to.Path]);
        Assert.True(exit == 0, errors);
    }

    // Names, modes and contents of what git and DVC keep.
    private static List<string> Tree(TemporaryFolder folder) =>
    [
        .. Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(folder.Path, f))
            .Where(static f => !f.StartsWith(".git/", StringComparison.Ordinal) && !f.StartsWith(".dvc/tmp/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(f => $"{f} {(OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(folder[f]))}\n{folder.Read(f)}"),
    ];

    /// <summary>Makes pipelines as people write them, from a seed.</summary>
    private sealed class Decoration(uint seed)
    {
        private static readonly string[] Ends = ["\n", "\n", "\n", " # c\n", "   #  数据 😀\n", "\n\n", "\n# own line\n", "\n  # indented\n\n"];
        private uint _state = (seed * 2654435761u) | 1;
        private string _text = "";

        public int Pick(int count)
        {
            _state ^= _state << 13;
            _state ^= _state >> 17;
            _state ^= _state << 5;
            return (int)(_state % (uint)count);
        }

        public string Again()
        {
            var names = Enumerable.Range(0, 2 + Pick(4)).Select(static n => string.Create(CultureInfo.InvariantCulture, $"s{n}")).ToList();
            return Pipeline(names);
        }

        public string Pipeline(IEnumerable<string> names)
        {
            var text = new StringBuilder();
            text.Append(Pick(3) == 0 ? "# top\n" : "").Append(Pick(3) == 0 ? "vars:\n  - v: 1" + End() : "").Append("stages:").Append(End());
            foreach (var name in names)
            {
                var quoted = Pick(4) == 0 ? $"'{name}'" : name;
                text.Append("  ").Append(quoted).Append(':').Append(End())
                    .Append("    cmd: ").Append(Pick(2) == 0 ? "echo " + name : $"\"echo {name}\"").Append(End());
                if (Pick(2) == 0)
                {
                    text.Append(Pick(2) == 0 ? "    deps: [a,  b]" : "    deps:\n      - a").Append(End());
                }

                if (Pick(2) == 0)
                {
                    text.Append("    meta: {k: v,   n: 1}").Append(End());
                }
            }

            text.Append(Pick(3) == 0 ? "metrics:\n- m.json" + End() : "");
            return _text = text.ToString();
        }

        public override string ToString() => _text;

        private string End() => Ends[Pick(Ends.Length)];
    }
}
