using System.Buffers;
using System.Globalization;
using System.Text;
using Workflow.Data.Versioning.Metafiles;
using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Versioning.Imports;

/// <summary>The <c>.dvc</c> file of an import from another repository.</summary>
internal static class ImportMetafile
{
    /// <param name="name">The output's name, beside the file.</param>
    /// <param name="import">What is followed.</param>
    /// <param name="recorded">The content; null when none was fetched.</param>
    public static byte[] Create(string name, RepositoryDependency import, RecordedContent? recorded)
    {
        var document = new YamlMapping();
        if (import.LockedRevision is not null)
        {
            document.Set("md5", YamlScalar.Of(Checksum(name, import, recorded)));
        }

        document.Set("frozen", YamlScalar.Of("true", YamlStyle.Plain));
        var repository = new YamlMapping();
        repository.Set("url", YamlScalar.Of(import.Url));
        SetText(repository, "rev", import.Revision);
        SetText(repository, "rev_lock", import.LockedRevision);
        var dependency = new YamlMapping();
        dependency.Set("path", YamlScalar.Of(import.Path));
        dependency.Set("repo", repository);
        document.Set("deps", List(dependency));

        var output = new YamlMapping();
        SetText(output, "md5", recorded?.Id);
        SetNumber(output, "size", recorded?.Size);
        SetNumber(output, "nfiles", recorded?.FileCount);
        output.Set("hash", YamlScalar.Of("md5"));
        output.Set("path", YamlScalar.Of(name));
        document.Set("outs", List(output));
        return Encoding.UTF8.GetBytes(YamlWriter.Write(document));
    }

    // The MD5 of json.dumps(…, sort_keys=True) of what decides the content.
    private static string Checksum(string name, RepositoryDependency import, RecordedContent? recorded)
    {
        var json = new ArrayBufferWriter<byte>();
        json.Write("{\"deps\": [{\"path\": "u8);
        Text(json, import.Path);
        json.Write(", \"repo\": {"u8);
        if (import.Revision is { } revision)
        {
            json.Write("\"rev\": "u8);
            Text(json, revision);
            json.Write(", "u8);
        }

        json.Write("\"rev_lock\": "u8);
        Text(json, import.LockedRevision!);
        json.Write(", \"url\": "u8);
        Text(json, import.Url);
        json.Write("}}], \"outs\": [{\"hash\": \"md5\", "u8);
        if (recorded is not null)
        {
            json.Write("\"md5\": "u8);
            Text(json, recorded.Id);
            json.Write(", "u8);
        }

        json.Write("\"path\": "u8);
        Text(json, name);
        json.Write("}]}"u8);
        return FileHasher.Hash(json.WrittenSpan).ToString();
    }

    private static void Text(ArrayBufferWriter<byte> json, string text)
    {
        json.Write("\""u8);
        DirectoryObject.WriteEscaped(json, text);
        json.Write("\""u8);
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

    private static void SetNumber(YamlMapping mapping, string key, long? number)
    {
        if (number is { } value)
        {
            mapping.Set(key, YamlScalar.Of(value.ToString(CultureInfo.InvariantCulture), YamlStyle.Plain));
        }
    }
}
