using System.Globalization;
using System.Text.Json;

namespace Workflow.Data.Versioning;

/// <summary>One repository, asked by both programs: status of stages, status of data and diff are the same.</summary>
public sealed class RealDvcStatusTests
{
    private static readonly string[] Names = ["a", "b c", "é", "\U0001F600.bin", "\uFF5E", "q\"uote", "it's", "tab\tx", "deep/er/and/deeper/x", "deep/z", "empty"];

    [Theory]
    [InlineData(1u)]
    [InlineData(2u)]
    public async Task Random_repositories_of_ours_are_clean_for_dvc_and_change_alike(uint seed)
    {
        RealDvc.Require();
        using var folder = new TemporaryFolder();
        var pick = new Dice(seed);
        await RunningProgram.GitAsync(folder.Path, "init", "-q");
        var repository = await DataRepository.InitAsync(folder.Path);
        string[] outputs = ["d0", "d1", "one"];
        Fill(folder, pick, "d0");
        Fill(folder, pick, "d1");
        folder.Write("one", "1\n");
        await repository.AddAsync(outputs);
        await RunningProgram.GitAsync(folder.Path, "add", "-A");
        await RunningProgram.GitAsync(folder.Path, "commit", "-q", "-m", "1");
        await AskBothAsync(folder.Path, repository, isClean: true);

        for (var turn = 0; turn < 3; turn++)
        {
            Change(folder, pick);
            await AskBothAsync(folder.Path, repository, isClean: false);
        }

        await RealDvc.SucceedAsync(folder.Path, ["add", "-q", "--", .. outputs]);
        await RunningProgram.GitAsync(folder.Path, "commit", "-q", "-a", "-m", "2");
        await AskBothAsync(folder.Path, repository, isClean: true);
        Assert.Equal(Canonical(await RealDvc.SucceedAsync(folder.Path, "diff", "--json", "--show-hash", "HEAD~1", "HEAD")), Canonical((await repository.DiffAsync(new DataDiffOptions { OldRevision = "HEAD~1", NewRevision = "HEAD" })).ToJson(showHash: true)));
    }

    [Fact]
    public async Task A_pipeline_that_dvc_ran_is_clean_for_us_and_its_changes_are_the_same()
    {
        RealDvc.Require();
        using var folder = new TemporaryFolder();
        await RunningProgram.GitAsync(folder.Path, "init", "-q");
        var repository = await DataRepository.InitAsync(folder.Path);
        folder.Write("in/x", "1\n");
        folder.Write("params.yaml", "lr: 1.0e-05\nbig: 1e16\nnames: [u, v]\nmodel: {layers: [1, 2], name: 'yes'}\n");
        folder.Write("more.toml", "[s]\nk = 0x1F\nf = 1_000.5\nt = 'x'\n");
        folder.Write("code.py", "A = 3\nclass Train:\n    lr = 0.5\n    names = ['a', 'b']\n");
        folder.Write("dvc.yaml", """
            vars:
            - v: {w: 7}
            stages:
              each:
                foreach: ${names}
                do:
                  cmd: echo ${item} ${v.w} ${lr} ${big} > o-${item}
                  deps: [in]
                  outs: [o-${item}]
              all:
                matrix: {m: [x, y], n: [1, 2.50]}
                cmd: echo ${item.m}${item.n} > m-${item.m}-${item.n}
                outs: [m-${item.m}-${item.n}]
              last:
                cmd:
                - mkdir -p out
                - cp o-u out/a
                deps: [o-u]
                params:
                - model.layers
                - lr
                - more.toml: [s.k, s.f]
                - code.py: [Train.lr, Train.names, A]
                outs: [out]
            """);
        await RealDvc.SucceedAsync(folder.Path, "repro", "-q");
        await RunningProgram.GitAsync(folder.Path, "add", "-A");
        await RunningProgram.GitAsync(folder.Path, "commit", "-q", "-m", "1");
        await AskBothAsync(folder.Path, repository, isClean: true);

        var stages = await repository.ReadStagesAsync();
        var before = folder.Read("dvc.lock");
        File.Delete(folder["dvc.lock"]);
        await repository.RecordStagesAsync(stages);
        Assert.Equal(Sorted(before), Sorted(folder.Read("dvc.lock")));
        Assert.All(stages.Where(static s => s.Name != "each"), static s => Assert.True(s.IsRecorded));
        await AskBothAsync(folder.Path, repository, isClean: true);
        var run = await repository.FindCachedRunAsync(stages.Single(static s => s.Name == "last"));
        Assert.True(run is { IsRestorable: true } && File.Exists(folder[$".dvc/cache/runs/{run.Key[..2]}/{run.Key}/{run.Value}"]));

        folder.Write("in/x", "2\n");
        folder.Write("params.yaml", "lr: 0.00001\nbig: 1e16\nnames: [u, v]\nmodel: {layers: [1, 3], name: 'yes'}\n");
        folder.Write("code.py", "A = 3\nclass Train:\n    lr = 0.25\n    names = ['a', 'b']\n");
        folder.Write("out/new", "n\n");
        File.Delete(folder["o-v"]);
        await AskBothAsync(folder.Path, repository, isClean: false);
    }

    private static void Fill(TemporaryFolder folder, Dice pick, string output)
    {
        for (var i = 0; i < 12; i++)
        {
            folder.Write($"{output}/{Names[pick.Next(Names.Length)]}{(pick.Next(2) == 0 ? "" : i.ToString(CultureInfo.InvariantCulture))}", pick.Next(4) == 0 ? "" : $"{pick.Next(5)}\n");
        }
    }

    private static void Change(TemporaryFolder folder, Dice pick)
    {
        foreach (var output in new[] { "d0", "d1" })
        {
            var files = Directory.GetFiles(folder[output], "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray();
            var file = files[pick.Next(files.Length)];
            switch (pick.Next(3))
            {
                case 0:
                    File.WriteAllText(file, "changed\n");
                    break;
                case 1:
                    File.Move(file, file + "-moved");
                    break;
                default:
                    File.Delete(file);
                    break;
            }
        }

        folder.Write("one", $"{pick.Next(3)}\n");
    }

    private static async Task AskBothAsync(string root, DataRepository repository, bool isClean)
    {
        var status = Canonical(await RealDvc.SucceedAsync(root, "status", "--json"));
        Assert.Equal(status, Canonical((await repository.StageStatusAsync()).ToJson()));
        Assert.Equal(isClean, status == "{}");
        var data = await RealDvc.SucceedAsync(root, "data", "status", "--json", "--granular");
        Assert.Equal(Canonical(data), Canonical((await repository.StatusAsync(new DataStatusOptions { Granular = true })).ToJson()));
        Assert.Equal(Canonical(await RealDvc.SucceedAsync(root, "diff", "--json", "--show-hash")), Canonical((await repository.DiffAsync()).ToJson(showHash: true)));
    }

    private static string Canonical(string json) => Canonical(JsonDocument.Parse(json).RootElement);

    private static string Canonical(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "{" + string.Join(", ", element.EnumerateObject().Select(static p => $"{p.Name}: {Canonical(p.Value)}").Order(StringComparer.Ordinal)) + "}",
        JsonValueKind.Array => "[" + string.Join(", ", element.EnumerateArray().Select(Canonical).Order(StringComparer.Ordinal)) + "]",
        _ => element.ToString(),
    };

    // DVC writes the stages in the order in which they ran.
    private static string Sorted(string text) => string.Join('\n', System.Text.RegularExpressions.Regex.Matches(text, @"^  \S[^\n]*\n(?:    [^\n]*\n)+", System.Text.RegularExpressions.RegexOptions.Multiline).Select(static m => m.Value).Order(StringComparer.Ordinal));

    private sealed class Dice(uint seed)
    {
        private uint _state = (seed * 2654435761u) | 1;

        public int Next(int count)
        {
            _state ^= _state << 13;
            _state ^= _state >> 17;
            _state ^= _state << 5;
            return (int)(_state % (uint)count);
        }
    }
}
