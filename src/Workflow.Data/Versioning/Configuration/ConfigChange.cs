using Workflow.Data.Storage;

namespace Workflow.Data.Versioning.Configuration;

/// <summary>Changes settings files: all of them are changed in memory and checked together before the first is written.</summary>
/// <param name="dvcFolder">The repository's <c>.dvc</c> folder.</param>
/// <param name="workingFolder">Where relative paths given by a caller start.</param>
internal sealed class ConfigChange(string dvcFolder, string workingFolder)
{
    private static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Changes one file.</summary>
    public Task RunAsync(DataConfigLevel level, Action<ConfigFile> change, CancellationToken cancellationToken) => RunAsync(level, change, static _ => { }, cancellationToken);

    /// <summary>Changes one file, and those that win over it.</summary>
    /// <param name="level">The one.</param>
    /// <param name="change">What to do with it.</param>
    /// <param name="follow">What to do with it and the stronger ones afterwards.</param>
    /// <param name="cancellationToken">Nothing is written when it is cancelled before the first write.</param>
    /// <exception cref="DvcException">A file cannot be read, the change is refused, or DVC would not accept the outcome.</exception>
    public async Task RunAsync(DataConfigLevel level, Action<ConfigFile> change, Action<ConfigFile> follow, CancellationToken cancellationToken)
    {
        using var held = await AcquireAsync(cancellationToken).ConfigureAwait(false);
        var files = ConfigLevels.All(dvcFolder).Select(static l => (l.Level, File: ConfigFile.Read(l.Path))).ToList();
        var at = files.FindIndex(f => f.Level == level);
        change(files[at].File);
        foreach (var (_, file) in files.Skip(at))
        {
            follow(file);
        }

        ConfigSchema.Check(DvcConfiguration.Merge(files.Select(static f => f.File)));
        foreach (var (_, file) in files.Skip(at).Where(static f => f.File.IsChanged))
        {
            await file.SaveAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>What is in force when the files that win over a changed one are left out.</summary>
    public DvcConfiguration UpTo(ConfigFile changed) => DvcConfiguration.Merge(
        ConfigLevels.All(dvcFolder).Select(static l => l.Path).TakeWhile(p => p != changed.Path).Select(ConfigFile.Read).Append(changed));

    /// <summary>Makes a relative path, given by a caller, relative to the file.</summary>
    public string Relative(ConfigFile file, string key, string value) =>
        !ConfigPath.IsPathSetting("remote", key) || ConfigPath.IsUrl(value) || Path.IsPathRooted(value) || ConfigPath.Expand(value) != value
            ? value
            : ConfigWriter.Relative(file.Folder, Path.GetRelativePath(file.Folder, Path.GetFullPath(value, workingFolder)));

    private async Task<FileLock> AcquireAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await FileLock.AcquireAsync(Path.Combine(dvcFolder, "tmp", "workflow", "settings.lock"), LockTimeout, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException exception)
        {
            throw new DvcException(DvcErrorKind.Locked, exception.Message, exception);
        }
    }
}
