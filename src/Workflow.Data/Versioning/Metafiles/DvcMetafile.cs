using System.Collections.Immutable;
using Workflow.Data.Versioning.Configuration;
using Workflow.Data.Versioning.Imports;

namespace Workflow.Data.Versioning.Metafiles;

/// <summary>A <c>.dvc</c> file as it was read. Immutable: changes make new bytes (<see cref="MetafileUpdate"/>).</summary>
internal sealed class DvcMetafile
{
    private DvcMetafile(string path, byte[] bytes, YamlMapping? document, bool hasDecoration, ImmutableArray<TrackedOutput> outputs) =>
        (Path, Bytes, Document, HasDecoration, Outputs) = (path, bytes, document, hasDecoration, outputs);

    /// <summary>Gets the folder that paths start from, absolute.</summary>
    public required string WorkingFolder { get; init; }

    /// <summary>Gets where the content comes from; empty for data that was added.</summary>
    public required ImmutableArray<MetafileDependency> Dependencies { get; init; }

    /// <summary>Gets the paths of outputs that name the repository itself or a URL: they are read, and cannot be compared.</summary>
    public ImmutableArray<string> UnreachableOutputs { get; private init; } = [];

    /// <summary>Gets whether its dependencies are not to be compared.</summary>
    public bool IsFrozen => IsSet("frozen") || IsSet("locked");

    public bool IsAlwaysChanged => IsSet("always_changed");

    /// <summary>Gets whether it was imported: one source, one output.</summary>
    public bool IsImport => Dependencies.Length == 1 && Document?.Find("outs") is YamlSequence { Items.Count: 1 };

    /// <summary>Gets the path, relative to the repository's root.</summary>
    public string Path { get; }

    public byte[] Bytes { get; }

    public YamlMapping? Document { get; }

    public bool HasDecoration { get; }

    public ImmutableArray<TrackedOutput> Outputs { get; }

    /// <summary>Reads and checks a metafile.</summary>
    /// <exception cref="DvcException">Every wrong key at once.</exception>
    public static DvcMetafile Read(string root, string path, byte[] bytes)
    {
        var document = YamlReader.Read(path, bytes, out var hasDecoration);
        var check = new MetafileCheck(path);
        var outputs = ImmutableArray.CreateBuilder<TrackedOutput>();
        var folder = System.IO.Path.GetFullPath(System.IO.Path.Combine(root, RepositoryPath.FolderOf(path), (document?.Find("wdir") as YamlScalar)?.Text ?? ""));
        var unreachable = ImmutableArray.CreateBuilder<string>();
        if (document is not null && check.TopLevel(document) is { } list)
        {
            var import = RepositoryDependency.Read(document);
            var source = SourceOf(document);
            var record = source is null ? null : SourceRecord.Read(source);
            for (var i = 0; i < list.Items.Count; i++)
            {
                if (check.Output(list.Items[i], i) is not { } fields)
                {
                    continue;
                }

                if (ConfigPath.IsUrl(fields.Path))
                {
                    // Data outside of the repository, which DVC 3 leaves alone.
                    unreachable.Add(fields.Path);
                    continue;
                }

                if (RepositoryPath.TryResolve(root, folder, fields.Path) is not { } resolved)
                {
                    check.Fail($"outs[{i}].path", fields.Line, $"'{fields.Path}' lies outside the repository. DVC 3 tracks only what lies inside; import it instead");
                    continue;
                }

                if (resolved.Length == 0)
                {
                    // DVC reads an output "." or "" and does nothing with it, but its status fails.
                    unreachable.Add(fields.Path);
                    continue;
                }

                outputs.Add(new TrackedOutput
                {
                    Path = resolved,
                    MetafilePath = path,
                    Position = i,
                    Id = fields.Id ?? record?.ContentMark,
                    Size = fields.Size,
                    FileCount = fields.FileCount ?? (fields.Id is null ? record?.FileCount : null),
                    IsPartialImport = fields.Id is null && record is not null,
                    Source = source is null ? null : AddressOf(source, folder),
                    SourceRecord = record,
                    IsLegacy = fields.IsLegacy,
                    HasForeignHash = fields.HasForeignHash,
                    IsCached = fields.IsCached,
                    IsCloudVersioned = fields.IsCloudVersioned,
                    IsFromPipeline = false,
                    RemoteName = fields.RemoteName,
                    IsPushed = fields.IsPushed,
                    Import = import,
                    IsExecutable = fields.IsExecutable,
                });
            }
        }

        var dependencies = document is null ? [] : check.Dependencies(document);
        check.ThrowIfAny();
        return new DvcMetafile(path, bytes, document, hasDecoration, outputs.ToImmutable()) { WorkingFolder = folder, Dependencies = dependencies, UnreachableOutputs = unreachable.ToImmutable() };
    }

    private bool IsSet(string key) => Document?.Find(key) is YamlScalar { Text: ['t' or 'T', ..] };

    // The one dependency of an import that is no repository.
    private static YamlMapping? SourceOf(YamlMapping document) =>
        document.Find("deps") is YamlSequence { Items: [YamlMapping dependency] } && document.Find("outs") is YamlSequence { Items.Count: 1 }
            && dependency.Find("repo") is null && dependency.Find("path") is YamlScalar { Kind: YamlKind.Text }
            ? dependency
            : null;

    private static ImportAddress AddressOf(YamlMapping source, string folder)
    {
        var settings = source.Find("fs_config") is YamlMapping given
            ? given.Entries.Where(static e => e.Value is YamlScalar).DistinctBy(static e => e.Key.Text.ToLowerInvariant()).ToImmutableDictionary(static e => e.Key.Text.ToLowerInvariant(), static e => ((YamlScalar)e.Value).Text, StringComparer.Ordinal)
            : ImmutableDictionary<string, string>.Empty;
        return new ImportAddress(((YamlScalar)source.Find("path")!).Text, folder, settings);
    }
}
