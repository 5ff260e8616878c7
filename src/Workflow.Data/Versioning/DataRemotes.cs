using System.Collections.Immutable;
using Workflow.Data.Versioning.Configuration;

namespace Workflow.Data.Versioning;

/// <summary>The remotes of a repository, in DVC's settings files: <c>dvc remote</c>. Safe for concurrent use.</summary>
/// <remarks>
/// <para>Files are read anew by each call. A change is checked as DVC checks settings before anything is written, and a file is
/// written whole or not at all, as UTF-8. A file without comments gets DVC's own bytes; in one with comments or empty lines only
/// the changed lines differ, where DVC would lose the comments.</para>
/// <para>Values are never part of a message unless they can be no secret.</para>
/// </remarks>
public sealed class DataRemotes
{
    private readonly ConfigChange _change;
    private readonly string _dvcFolder;

    internal DataRemotes(string root, string folder)
    {
        _dvcFolder = Path.Combine(root, RepositoryContext.DvcFolderName);
        _change = new ConfigChange(_dvcFolder, folder);
    }

    /// <summary>Finds the repository around a folder. Its settings may be wrong: this is the way to correct them.</summary>
    /// <param name="path">The repository's root or any folder in it; relative paths of remotes start from it.</param>
    /// <exception cref="DvcException">There is no repository (<see cref="DvcErrorKind.NotARepository"/>).</exception>
    public static DataRemotes Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        return new DataRemotes(RepositoryContext.FindRoot(full), full);
    }

    /// <summary>Gets the remotes, in the order of the files: <c>dvc remote list</c>.</summary>
    /// <param name="level">Only those of one file; null: what is in force, all files taken together.</param>
    /// <param name="cancellationToken">Observed once.</param>
    /// <exception cref="DvcException">A file cannot be read, or a remote has no url.</exception>
    public Task<ImmutableArray<DataRemote>> ListAsync(DataConfigLevel? level = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var configuration = Read(level);
        return Task.FromResult(configuration.RemoteNames.Select(n => RemoteReader.Read(configuration, n)).ToImmutableArray());
    }

    /// <summary>Gets one remote with the settings in force.</summary>
    /// <param name="name">Its name; null: the default remote.</param>
    /// <param name="cancellationToken">Observed once.</param>
    /// <exception cref="DvcException">There is no such remote, or a setting is wrong.</exception>
    public Task<DataRemote> GetAsync(string? name = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(RemoteReader.Read(DvcConfiguration.Load(_dvcFolder), name));
    }

    /// <summary>Gets the name of the default remote: <c>dvc remote default</c>.</summary>
    /// <param name="level">As one file says; null: what is in force.</param>
    /// <param name="cancellationToken">Observed once.</param>
    /// <returns>Null when there is none.</returns>
    public Task<string?> GetDefaultAsync(DataConfigLevel? level = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Read(level).DefaultRemote);
    }

    /// <summary>Adds a remote: <c>dvc remote add</c>.</summary>
    /// <param name="name">Its name, without line breaks; written in lower case.</param>
    /// <param name="url">A URL or a path. A relative path is kept relative to the settings file.</param>
    /// <param name="options">Null: the defaults.</param>
    /// <param name="cancellationToken">Nothing is written when it is cancelled before the write.</param>
    /// <exception cref="DvcException">The name is taken, or DVC would not accept the settings.</exception>
    public Task AddAsync(string name, string url, DataRemoteAddOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentException.ThrowIfNullOrWhiteSpace(url);
        options ??= new DataRemoteAddOptions();
        return _change.RunAsync(options.Level, file => RemoteEdits.Add(file, name.ToLowerInvariant(), _change.Relative(file, "url", url), options), cancellationToken);
    }

    /// <summary>Sets or clears the default remote: <c>dvc remote default</c>.</summary>
    /// <param name="name">A known remote; null: none (<c>-u</c>).</param>
    /// <param name="level">The file to write.</param>
    /// <param name="cancellationToken">Nothing is written when it is cancelled before the write.</param>
    /// <exception cref="DvcException">There is no such remote.</exception>
    public Task SetDefaultAsync(string? name, DataConfigLevel level = DataConfigLevel.Repository, CancellationToken cancellationToken = default) =>
        _change.RunAsync(level, file => RemoteEdits.SetDefault(file, _change.UpTo(file), name?.ToLowerInvariant()), cancellationToken);

    /// <summary>Changes a setting of a remote: <c>dvc remote modify</c>.</summary>
    /// <param name="name">A known remote.</param>
    /// <param name="key">The setting, for example <c>jobs</c>; <c>url</c> for its place.</param>
    /// <param name="value">Its value; null removes it (<c>-u</c>).</param>
    /// <param name="level">The file to write. Secrets belong into <see cref="DataConfigLevel.Local"/>.</param>
    /// <param name="cancellationToken">Nothing is written when it is cancelled before the write.</param>
    /// <exception cref="DvcException">There is no such remote, or DVC would not accept the setting.</exception>
    public Task SetAsync(string name, string key, string? value, DataConfigLevel level = DataConfigLevel.Repository, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        var (remote, option) = (name.ToLowerInvariant(), key.ToLowerInvariant());
        return _change.RunAsync(level, file => RemoteEdits.Set(file, _change.UpTo(file), remote, option, value is null ? null : _change.Relative(file, option, value)), cancellationToken);
    }

    /// <summary>Removes a remote from one file, and from the default: <c>dvc remote remove</c>.</summary>
    /// <param name="name">A remote of that file.</param>
    /// <param name="level">The file to write.</param>
    /// <param name="cancellationToken">Nothing is written when it is cancelled before the write.</param>
    /// <exception cref="DvcException">There is no such remote, or a stronger file still has settings for it.</exception>
    public Task RemoveAsync(string name, DataConfigLevel level = DataConfigLevel.Repository, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var remote = name.ToLowerInvariant();
        return _change.RunAsync(level, file => RemoteEdits.Remove(file, remote), file => RemoteEdits.ReplaceDefault(file, remote, null), cancellationToken);
    }

    /// <summary>Renames a remote in one file, and in the default: <c>dvc remote rename</c>.</summary>
    /// <param name="name">A remote of that file.</param>
    /// <param name="newName">A name that no file uses.</param>
    /// <param name="level">The file to write.</param>
    /// <param name="cancellationToken">Nothing is written when it is cancelled before the write.</param>
    /// <exception cref="DvcException">There is no such remote, the new name is taken, or a stronger file has settings under the old name.</exception>
    public Task RenameAsync(string name, string newName, DataConfigLevel level = DataConfigLevel.Repository, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentException.ThrowIfNullOrWhiteSpace(newName);
        var (old, next) = (name.ToLowerInvariant(), newName.ToLowerInvariant());
        return _change.RunAsync(level, file => RemoteEdits.Rename(file, Read(null), old, next), file => RemoteEdits.ReplaceDefault(file, old, next), cancellationToken);
    }

    private DvcConfiguration Read(DataConfigLevel? level) =>
        DvcConfiguration.Merge(ConfigLevels.All(_dvcFolder).Where(l => level is null || l.Level == level).Select(static l => ConfigFile.Read(l.Path)));
}
