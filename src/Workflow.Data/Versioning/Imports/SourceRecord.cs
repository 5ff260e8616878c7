using System.Globalization;
using Workflow.Data.Versioning.Metafiles;

namespace Workflow.Data.Versioning.Imports;

/// <summary>What a <c>.dvc</c> file keeps of an imported source, so that a change of it is noticed without reading it all. Immutable.</summary>
/// <param name="Key">How <paramref name="Value"/> is called: <c>md5</c> of what this machine can read, <c>etag</c> of a bucket's objects, <c>checksum</c> of http.</param>
/// <param name="Value">An MD5, with <c>.dir</c> for a folder; or what a server said, with its quotes.</param>
/// <param name="Size">In bytes; null where a server does not say.</param>
/// <param name="FileCount">Of a folder.</param>
/// <param name="IsExecutable">Of a local file. The copy never is.</param>
internal sealed record SourceRecord(string Key, string Value, long? Size, long? FileCount, bool IsExecutable)
{
    public const string Md5Key = "md5";
    public const string ETagKey = "etag";
    public const string ChecksumKey = "checksum";

    private static readonly string[] Keys = [Md5Key, ETagKey, ChecksumKey];

    /// <summary>Gets what stands for the content where no MD5 of it is known.</summary>
    public string ContentMark => Key == Md5Key ? Value : $"{Key}:{Value}";

    public bool IsFolder => FileCount is not null || Value.EndsWith(Objects.DirectoryObject.Suffix, StringComparison.Ordinal);

    /// <summary>Whether both are of the same content.</summary>
    public bool HasContentOf(SourceRecord? other) => other is not null && Key == other.Key && Value == other.Value;

    /// <summary>Reads what the dependency of an import says.</summary>
    /// <returns>Null when it says nothing: the source was never looked at.</returns>
    public static SourceRecord? Read(YamlMapping dependency)
    {
        var key = Keys.FirstOrDefault(k => dependency.Find(k) is YamlScalar { Text.Length: > 0, Kind: not YamlKind.Null });
        return key is null
            ? null
            : new SourceRecord(key, ((YamlScalar)dependency.Find(key)!).Text, Number(dependency, "size"), Number(dependency, "nfiles"), dependency.Find("isexec") is YamlScalar { Text: ['t' or 'T', ..] });
    }

    /// <summary>Writes into the dependency of an import; keys that it has stay where they are.</summary>
    public static void Write(YamlMapping dependency, SourceRecord? record)
    {
        foreach (var key in Keys)
        {
            dependency.Set(key, record?.Key == key ? YamlScalar.Of(record.Value) : null);
        }

        dependency.Set("size", Number(record?.Size));
        dependency.Set("nfiles", Number(record?.FileCount));
        dependency.Set("isexec", record?.IsExecutable == true ? YamlScalar.Of("true", YamlStyle.Plain) : null);
    }

    private static YamlScalar? Number(long? value) => value is { } number ? YamlScalar.Of(number.ToString(CultureInfo.InvariantCulture), YamlStyle.Plain) : null;

    private static long? Number(YamlMapping mapping, string key) =>
        mapping.Find(key) is YamlScalar { Kind: YamlKind.Integer } scalar && long.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;
}
