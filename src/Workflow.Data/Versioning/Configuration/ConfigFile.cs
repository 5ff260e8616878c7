using System.Text;
using Workflow.Data.Storage;

namespace Workflow.Data.Versioning.Configuration;

/// <summary>One settings file of DVC, read and changed in memory. Not safe for concurrent use.</summary>
internal sealed class ConfigFile
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private IReadOnlyList<string> _below = [];
    private string _before = "";

    private ConfigFile(string path) => (Path, Folder) = (path, System.IO.Path.GetDirectoryName(path)!);

    public string Path { get; }

    /// <summary>Gets the folder that relative paths in the file start from.</summary>
    public string Folder { get; }

    public List<ConfigSection> Sections { get; private set; } = [];

    /// <summary>Reads a file.</summary>
    /// <param name="path">An absolute path; a file that does not exist has no sections.</param>
    /// <exception cref="DvcException">Every line that cannot be read.</exception>
    public static ConfigFile Read(string path)
    {
        var file = new ConfigFile(path);
        if (File.Exists(path))
        {
            try
            {
                file.Sections = new ConfigReader(path, Utf8.GetString(File.ReadAllBytes(path))).Read(out file._below);
            }
            catch (DecoderFallbackException exception)
            {
                throw new DvcException($"{path} is not UTF-8 text. Write it anew in UTF-8.", exception);
            }
        }

        file._before = file.Text();
        return file;
    }

    /// <summary>Gets whether something was changed since it was read.</summary>
    public bool IsChanged => Text() != _before;

    public ConfigSection? Find(string title) => Sections.Find(s => s.Title == title);

    public ConfigSection? FindRemote(string name) => Sections.Find(s => s.Kind == "remote" && s.Name == name);

    public ConfigSection FindOrAdd(string title)
    {
        if (Find(title) is { } section)
        {
            return section;
        }

        var added = new ConfigSection { Title = title };
        var firstNamed = Sections.FindIndex(static s => s.Name is not null);
        Sections.Insert(added.Name is null && firstNamed >= 0 ? firstNamed : Sections.Count, added);
        return added;
    }

    /// <summary>Writes the file whole or not at all.</summary>
    public Task SaveAsync(CancellationToken cancellationToken) =>
        AtomicFile.WriteAllBytesAsync(Path, Utf8.GetBytes(Text()), cancellationToken);

    private string Text() => ConfigWriter.Write(Sections, _below, Folder);
}
