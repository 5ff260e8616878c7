namespace Workflow.Data.Versioning.Transfers;

public sealed class WithDependenciesTests
{
    [Fact]
    public async Task What_a_stage_is_made_from_is_pushed_and_told_with_its_output()
    {
        using var world = await TransferWorld.CreateAsync();
        var content = "made\n";
        var id = Workflow.Data.Versioning.Objects.FileHasher.Hash(System.Text.Encoding.UTF8.GetBytes(content)).ToString();
        world.Folder.Write("repo/out", content);
        world.Folder.Write("repo/.dvc/cache/files/md5/" + id[..2] + "/" + id[2..], content);
        world.Folder.Write("repo/dvc.yaml", "stages:\n  make:\n    cmd: make\n    deps:\n    - f\n    outs:\n    - out\n");
        world.Folder.Write("repo/dvc.lock", $"schema: '2.0'\nstages:\n  make:\n    cmd: make\n    deps:\n    - path: f\n      hash: md5\n      md5: {world.ObjectOf("f").Replace("/", "", StringComparison.Ordinal)}\n      size: 5\n    outs:\n    - path: out\n      hash: md5\n      md5: {id}\n      size: 5\n");

        Assert.Equal(["out"], (await world.Repository.CloudStatusAsync(new DataTransferOptions { Targets = ["out"] })).Paths.Select(static p => p.Key));
        Assert.Equal(["f", "out"], (await world.Repository.CloudStatusAsync(new DataTransferOptions { Targets = ["out"], WithDependencies = true })).Paths.Select(static p => p.Key));
        Assert.Equal(1, (await world.Repository.PushAsync(new DataTransferOptions { Targets = ["out"] })).Objects);
        Assert.Equal(1, (await world.Repository.PushAsync(new DataTransferOptions { Targets = ["make"], WithDependencies = true })).Objects);

        Directory.Delete(world.Folder["repo/.dvc/cache"], recursive: true);
        File.Delete(world.Folder["repo/out"]);
        File.Delete(world.Folder["repo/f"]);
        Assert.Equal(2, (await world.Repository.PullAsync(new DataPullOptions { Transfer = new DataTransferOptions { Targets = ["out"], WithDependencies = true } })).Transfer.Objects);
        Assert.Equal("five\n", world.Folder.Read("repo/f"));
    }
}
