using System.Globalization;

namespace Workflow.Data.Versioning;

/// <summary>An update keeps of a <c>.dvc</c> file what the real DVC keeps, byte for byte.</summary>
public sealed class RealDvcMetafileTests
{
    private const int Files = 150;

    [Fact]
    public async Task Updates_of_decorated_files_give_the_bytes_of_dvc()
    {
        RealDvc.Require();
        using var ours = new TemporaryFolder();
        using var theirs = new TemporaryFolder();
        var names = Enumerable.Range(0, Files).Select(static i => string.Create(CultureInfo.InvariantCulture, $"f{i}")).ToArray();
        foreach (var folder in new[] { ours, theirs })
        {
            await RunningProgram.GitAsync(folder.Path, "init", "-q");
            await DataRepository.InitAsync(folder.Path);
            for (var i = 0; i < Files; i++)
            {
                folder.Write(names[i], $"content {i}\n");
                folder.Write(names[i] + ".dvc", new DecoratedMetafile((uint)i + 1).Write(names[i], "0123456789abcdef0123456789abcdef"));
            }
        }

        await (await DataRepository.OpenAsync(ours.Path)).AddAsync(names);
        await RealDvc.SucceedAsync(theirs.Path, ["add", "-q", "--", .. names]);
        var different = names.Where(n => File.ReadAllText(ours[n + ".dvc"]) != File.ReadAllText(theirs[n + ".dvc"])).ToList();
        Assert.True(different.Count == 0, string.Join("\n=====\n", different.Take(4).Select(n => $"{different.Count} differ; {n}: from\n{new DecoratedMetafile((uint)Array.IndexOf(names, n) + 1).Write(n, "0123456789abcdef0123456789abcdef").Replace(' ', '.')}--- expected\n{File.ReadAllText(theirs[n + ".dvc"]).Replace(' ', '.')}--- got\n{File.ReadAllText(ours[n + ".dvc"]).Replace(' ', '.')}")));
    }
}
