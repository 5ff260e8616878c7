using System.Text;
using Workflow.Data.Versioning.Metafiles;
using Workflow.Data.Versioning.Objects;
using Workflow.Data.Versioning.Parameters;

namespace Workflow.Data.Versioning.Stages;

/// <summary>The checksum that DVC writes as <c>md5</c> at the top of the <c>.dvc</c> file of an import.</summary>
/// <remarks>MD5 of the JSON of the file with sorted keys, without keys that describe or that do not change what is tracked.</remarks>
internal static class StageChecksum
{
    private static readonly HashSet<string> Ignored = new(["desc", "type", "labels", "meta", "locked", "frozen", "metric", "persist", "isexec", "size", "nfiles"], StringComparer.Ordinal);
    private static readonly HashSet<string> IgnoredAtTop = new(["md5", "meta", "desc"], StringComparer.Ordinal);

    /// <summary>Whether the checksum of a file is another than the one that it records.</summary>
    public static bool IsChanged(DvcMetafile metafile)
    {
        var recorded = (metafile.Document?.Find("md5") as YamlScalar)?.Text;
        return metafile.IsImport ? recorded != Of(metafile) : !string.IsNullOrEmpty(recorded);
    }

    /// <summary>Gets the checksum of an import.</summary>
    public static string Of(DvcMetafile metafile)
    {
        var all = YamlParameters.Of(metafile.Document!, metafile.Path);
        var members = all.Members
            .Where(static m => !IgnoredAtTop.Contains(m.Key.ToString()) && !IsDefault(m.Key.ToString(), m.Value))
            .Select(static m => KeyValuePair.Create(m.Key, m.Key.ToString() is "deps" or "outs" ? ParameterValue.List(m.Value.Items.Select(static i => Entry(i))) : m.Value));
        return FileHasher.Hash(Encoding.UTF8.GetBytes(PythonText.Json(Without(ParameterValue.MapOfAny(members))))).ToString();
    }

    // DVC leaves out what is at its default before it hashes.
    private static bool IsDefault(string key, ParameterValue value) => (key, value.Kind) switch
    {
        (_, ParameterKind.Null) => true,
        ("wdir", _) => value.ToString() is "." or "",
        ("always_changed" or "frozen" or "locked", _) => !value.IsTrue,
        ("deps" or "outs", _) => value.Items.IsEmpty,
        _ => false,
    };

    private static ParameterValue Entry(ParameterValue entry) => ParameterValue.MapOfAny(entry.Members.Where(static m => m.Key.ToString() switch
    {
        "cache" or "push" => !m.Value.IsTrue,
        "md5" or "etag" or "checksum" or "version_id" or "remote" => m.Value.Kind != ParameterKind.Null && m.Value.ToString().Length > 0,
        "plot" => m.Value is not { Kind: ParameterKind.Truth, IsTrue: false },
        _ => true,
    }));

    private static ParameterValue Without(ParameterValue value) => value.Kind switch
    {
        ParameterKind.Map => ParameterValue.MapOfAny(value.Members.Where(static m => !Ignored.Contains(m.Key.ToString())).Select(static m => KeyValuePair.Create(m.Key, Without(m.Value)))),
        ParameterKind.List => ParameterValue.List(value.Items.Select(Without)),
        _ => value,
    };
}
