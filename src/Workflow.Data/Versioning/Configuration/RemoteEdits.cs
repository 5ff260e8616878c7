namespace Workflow.Data.Versioning.Configuration;

/// <summary>What the verbs of <c>dvc remote</c> do to one settings file in memory.</summary>
internal static class RemoteEdits
{
    public static void Add(ConfigFile file, string name, string url, DataRemoteAddOptions options)
    {
        if (name.AsSpan().ContainsAny('\n', '\r', '\0'))
        {
            throw new DvcException("The name of a remote holds a line break or a NUL. Choose another.");
        }

        if (file.FindRemote(name) is { } existing)
        {
            if (!options.Force)
            {
                throw new DvcException($"There is a remote '{name}' in '{file.Path}' already. Use another name, or replace it (-f).");
            }

            existing.Entries.Clear();
        }

        file.FindOrAdd(ConfigSection.TitleOf("remote", name)).Set("url", url);
        if (options.Default)
        {
            file.FindOrAdd("core").Set("remote", name);
        }
    }

    public static void SetDefault(ConfigFile file, DvcConfiguration upTo, string? name)
    {
        if (name is null)
        {
            file.Find("core")?.Remove("remote");
            return;
        }

        if (upTo.Remote(name) is null)
        {
            throw Unknown(name, upTo);
        }

        file.FindOrAdd("core").Set("remote", name);
    }

    public static void Set(ConfigFile file, DvcConfiguration upTo, string name, string key, string? value)
    {
        if (upTo.Remote(name) is null)
        {
            throw Unknown(name, upTo);
        }

        if (value is null)
        {
            (file.FindRemote(name) ?? file.FindOrAdd(ConfigSection.TitleOf("remote", name))).Remove(key);
            return;
        }

        if (value.Contains("%(", StringComparison.Ordinal))
        {
            throw new DvcException($"The value of '{key}' holds '%(', which DVC takes for the name of another setting. Choose a value without.");
        }

        (file.FindRemote(name) ?? file.FindOrAdd(ConfigSection.TitleOf("remote", name))).Set(key, value);
    }

    public static void Remove(ConfigFile file, string name)
    {
        var section = file.FindRemote(name) ?? throw Missing(name, file);
        file.Sections.Remove(section);
    }

    public static void Rename(ConfigFile file, DvcConfiguration all, string name, string newName)
    {
        if (all.Remote(newName) is not null)
        {
            throw new DvcException($"There is a remote '{newName}' already. Choose another name.");
        }

        var old = file.FindRemote(name) ?? throw Missing(name, file);
        file.Sections.Remove(old);
        var renamed = new ConfigSection { Title = ConfigSection.TitleOf("remote", newName), Above = old.Above, Entries = old.Entries };
        file.Sections.Insert(file.Sections.FindLastIndex(static s => s.Kind == "remote") is var last and >= 0 ? last + 1 : file.Sections.Count, renamed);
        ReplaceDefault(file, name, newName);
    }

    /// <summary>Where the old name is the default, makes the new one the default, or none.</summary>
    public static void ReplaceDefault(ConfigFile file, string name, string? newName)
    {
        if (file.Find("core") is not { } core || core.Find("remote")?.Value.Text != name)
        {
            return;
        }

        if (newName is null)
        {
            core.Remove("remote");
        }
        else
        {
            core.Set("remote", newName);
        }
    }

    private static DvcException Missing(string name, ConfigFile file) => new($"'{file.Path}' has no remote '{name}'. Name the file that has it: --local, --project, --global or --system.");

    private static DvcException Unknown(string name, DvcConfiguration upTo) =>
        new($"There is no remote '{name}'. Known are: {(upTo.RemoteNames.Count == 0 ? "none" : string.Join(", ", upTo.RemoteNames))}. Add it first: workflow data remote add {name} URL");
}
