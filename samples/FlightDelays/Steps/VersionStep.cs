using System.Globalization;
using FlightDelays.Loop;
using Workflow.Data.Storage;
using Workflow.Data.Versioning;

namespace FlightDelays.Steps;

/// <summary>Versions the data as DVC does: a metafile for git, the bytes in a content-addressed cache.</summary>
internal static class VersionStep
{
    public const string File = "repository/flights.parquet";

    public static async Task<StepOutcome> RunAsync(string work, string data, CancellationToken cancellationToken)
    {
        var repositoryFolder = Path.Combine(work, "repository");
        Directory.CreateDirectory(repositoryFolder);
        var repository = Directory.Exists(Path.Combine(repositoryFolder, ".dvc"))
            ? await DataRepository.OpenAsync(repositoryFolder, cancellationToken: cancellationToken)
            : await DataRepository.InitAsync(repositoryFolder, new DataInitOptions { NoScm = true, Force = true }, cancellationToken: cancellationToken);
        await AtomicFile.WriteAsync(
            Path.Combine(work, File),
            async (target, token) =>
            {
                await using var source = System.IO.File.OpenRead(data);
                await source.CopyToAsync(target, token);
            },
            cancellationToken);
        var added = (await repository.AddAsync(["flights.parquet"], new DataAddOptions { WorkingDirectory = repositoryFolder }, cancellationToken)).Outputs.Single();
        var cached = $"repository/.dvc/cache/files/md5/{added.Md5[..2]}/{added.Md5[2..]}";
        return new StepOutcome(
            $"{added.MetafilePath} names md5 {added.Md5}, {added.Size!.Value.ToString("N0", CultureInfo.InvariantCulture)} bytes in the cache",
            new Dictionary<string, string> { ["md5"] = added.Md5 },
            File,
            File + ".dvc",
            cached);
    }
}
