using System.Text;
using Workflow.Data.Versioning.Metafiles;
using Workflow.Data.Versioning.Stages;

namespace Workflow.Data.Versioning.Imports;

/// <summary>The bytes of the <c>.dvc</c> file of an import, as DVC writes them.</summary>
/// <param name="root">The repository's root.</param>
/// <param name="path">The file, relative to it.</param>
internal sealed class ImportMetafile(string root, string path)
{
    // What somebody wrote about the data stays when the data is imported anew.
    private static readonly HashSet<string> Notes = new(["desc", "meta", "type", "labels", "remote"], StringComparer.Ordinal);

    /// <summary>Writes the file of an import from another repository.</summary>
    /// <param name="import">What is followed.</param>
    /// <param name="recorded">The content; null when none was fetched.</param>
    /// <param name="old">The file that is there; null for none.</param>
    public byte[] Create(RepositoryDependency import, RecordedContent? recorded, byte[]? old)
    {
        var repository = new YamlMapping();
        repository.Set("url", YamlScalar.Of(import.Url));
        SetText(repository, "rev", import.Revision);
        SetText(repository, "rev_lock", import.LockedRevision);
        SetText(repository, "remote", import.RemoteName);
        var dependency = new YamlMapping();
        dependency.Set("path", YamlScalar.Of(import.Path));
        dependency.Set("repo", repository);
        return Create(dependency, recorded, import.LockedRevision is not null, old);
    }

    /// <summary>Writes the file of an import from elsewhere.</summary>
    /// <param name="address">What is followed.</param>
    /// <param name="record">What is kept of it; null when it was not looked at.</param>
    /// <param name="recorded">The content; null when none was fetched.</param>
    /// <param name="old">The file that is there; null for none.</param>
    public byte[] Create(ImportAddress address, SourceRecord? record, RecordedContent? recorded, byte[]? old)
    {
        var dependency = new YamlMapping();
        SourceRecord.Write(dependency, record);
        dependency.Set("hash", YamlScalar.Of("md5"));
        dependency.Set("path", YamlScalar.Of(address.Text));
        if (address.Settings.Count > 0)
        {
            var settings = new YamlMapping();
            foreach (var (name, value) in address.Settings.OrderBy(static s => s.Key, StringComparer.Ordinal))
            {
                settings.Set(name, YamlScalar.Of(value));
            }

            dependency.Set("fs_config", settings);
        }

        return Create(dependency, recorded, record is not null, old);
    }

    /// <summary>Writes an import's file with what changed; everything else stays as it is.</summary>
    /// <param name="metafile">The file as it is.</param>
    /// <param name="change">Changes the dependency and the output.</param>
    /// <param name="keepsChecksum">Whether the file's own checksum stays, although it is then wrong: DVC does not renew it after an update straight into a remote.</param>
    /// <exception cref="DvcException">It has anchors, tags or comments within lines, which would be lost.</exception>
    public byte[] Update(DvcMetafile metafile, Action<YamlMapping, YamlMapping> change, bool keepsChecksum = false)
    {
        var document = Read(metafile.Bytes);
        change((YamlMapping)((YamlSequence)document.Find("deps")!).Items[0], (YamlMapping)((YamlSequence)document.Find("outs")!).Items[0]);
        MetafileUpdate.DropDefaults(document);
        return Finish(document, !keepsChecksum);
    }

    private byte[] Create(YamlMapping dependency, RecordedContent? recorded, bool hasChecksum, byte[]? old)
    {
        var document = new YamlMapping();
        if (hasChecksum)
        {
            document.Set("md5", YamlScalar.Of(new string('0', 32)));
        }

        document.Set("frozen", YamlScalar.Of("true", YamlStyle.Plain));
        document.Set("deps", List(dependency));
        var output = new YamlMapping();
        if (recorded is not null)
        {
            MetafileUpdate.Apply(output, recorded);
        }
        else
        {
            output.Set("hash", YamlScalar.Of("md5"));
        }

        output.Set("path", YamlScalar.Of(RepositoryPath.NameOf(path)[..^".dvc".Length]));
        document.Set("outs", List(output));
        if (old is not null)
        {
            var there = Read(old);
            Merge(document, there);
            document = there;
        }

        return Finish(document, hasChecksum);
    }

    private byte[] Finish(YamlMapping document, bool hasChecksum)
    {
        if (hasChecksum)
        {
            var metafile = DvcMetafile.Read(root, path, Encoding.UTF8.GetBytes(YamlWriter.Write(document)));
            document.Set("md5", YamlScalar.Of(StageChecksum.Of(metafile)));
        }

        return Encoding.UTF8.GetBytes(YamlWriter.Write(document));
    }

    private YamlMapping Read(byte[] bytes)
    {
        var document = YamlReader.Read(path, bytes, out var hasDecoration);
        return hasDecoration || document is null
            ? throw new DvcException($"'{path}' is empty, or holds anchors, tags or comments within lines, which would be lost if it was written anew. Take them out, or remove the file and import again.")
            : document;
    }

    // Keys keep their places, and those that are gone leave.
    private static void Merge(YamlMapping from, YamlMapping to)
    {
        foreach (var key in to.Entries.Select(static e => e.Key.Text).Where(k => from.Find(k) is null && !Notes.Contains(k)).ToList())
        {
            to.Set(key, null);
        }

        foreach (var (key, value) in from.Entries)
        {
            switch (value, to.Find(key.Text))
            {
                case (YamlMapping inner, YamlMapping there):
                    Merge(inner, there);
                    break;
                case (YamlSequence { Items: [YamlMapping inner] }, YamlSequence { Items: [YamlMapping there] }):
                    Merge(inner, there);
                    break;
                default:
                    to.Set(key.Text, value);
                    break;
            }
        }
    }

    private static YamlSequence List(YamlMapping item)
    {
        var list = new YamlSequence();
        list.Items.Add(item);
        return list;
    }

    private static void SetText(YamlMapping mapping, string key, string? text)
    {
        if (text is not null)
        {
            mapping.Set(key, YamlScalar.Of(text));
        }
    }
}
