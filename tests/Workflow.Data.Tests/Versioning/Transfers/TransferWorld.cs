using System.Text.RegularExpressions;

namespace Workflow.Data.Versioning.Transfers;

/// <summary>A repository with two tracked folders and two files, committed, and a remote beside it.</summary>
internal sealed class TransferWorld : IDisposable
{
    private TransferWorld(TemporaryFolder folder, DataRepository repository) => (Folder, Repository) = (folder, repository);

    public TemporaryFolder Folder { get; }

    public DataRepository Repository { get; }

    public static async Task<TransferWorld> CreateAsync(string url = "../../remote", int largeBytes = 0, int smallFiles = 0)
    {
        var folder = new TemporaryFolder();
        folder.Write("repo/d/x", "one\n");
        folder.Write("repo/d/s/y", "two\n");
        folder.Write("repo/d/z", "three\n");
        folder.Write("repo/e/1", "four\n");
        folder.Write("repo/f", "five\n");
        folder.Write("repo/empty", "");
        for (var i = 0; i < smallFiles; i++)
        {
            folder.Write($"repo/d/many/{i}", $"small {i}\n");
        }

        List<string> targets = ["d", "e", "f", "empty"];
        if (largeBytes > 0)
        {
            await File.WriteAllBytesAsync(folder["repo/large"], [.. Enumerable.Range(0, largeBytes).Select(static i => (byte)(i * i / 7))]);
            targets.Add("large");
        }

        await RunningProgram.GitAsync(folder["repo"], "init", "-q");
        var repository = await DataRepository.InitAsync(folder["repo"]);
        await File.WriteAllTextAsync(folder["repo/.dvc/config"], $"[core]\n    remote = store\n['remote \"store\"']\n    url = {url}\n");
        await repository.AddAsync(targets);
        await RunningProgram.GitAsync(folder["repo"], "add", "-A");
        await RunningProgram.GitAsync(folder["repo"], "commit", "-q", "-m", "1");
        return new TransferWorld(folder, repository);
    }

    /// <summary>Clones it beside: the same remote, no data.</summary>
    public async Task<DataRepository> CloneAsync(string name)
    {
        await RunningProgram.GitAsync(Folder.Path, "clone", "-q", "repo", name);
        return await DataRepository.OpenAsync(Folder[name]);
    }

    /// <summary>Gets <c>ab/cdef…</c> of a tracked path.</summary>
    public string ObjectOf(string path)
    {
        var output = path.Split('/')[0];
        var id = Regex.Match(Folder.Read($"repo/{output}.dvc"), "md5: '?([0-9a-f]{32}(\\.dir)?)").Groups[1].Value;
        if (path != output)
        {
            var list = Folder.Read($"repo/.dvc/cache/files/md5/{id[..2]}/{id[2..]}");
            id = Regex.Match(list, "\"md5\": \"([0-9a-f]{32})\", \"relpath\": \"" + Regex.Escape(path[(output.Length + 1)..]) + "\"").Groups[1].Value;
        }

        return $"{id[..2]}/{id[2..]}";
    }

    public string RemotePathOf(string path) => Folder["remote/files/md5/" + ObjectOf(path)];

    public void Dispose() => Folder.Dispose();
}
