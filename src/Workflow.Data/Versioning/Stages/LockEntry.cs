using System.Globalization;
using Workflow.Data.Versioning.Metafiles;
using Workflow.Data.Versioning.Objects;
using Workflow.Data.Versioning.Parameters;

namespace Workflow.Data.Versioning.Stages;

/// <summary>The entry of a stage in <c>dvc.lock</c>, in DVC's order of keys. The run cache keeps, and hashes, the same.</summary>
internal static class LockEntry
{
    private const string DefaultParameters = "params.yaml";

    /// <summary>Makes the entry of a stage out of what it records.</summary>
    public static ParameterValue Of(PipelineStage stage)
    {
        var entry = new OrderedDictionary<string, ParameterValue>(StringComparer.Ordinal)
        {
            ["cmd"] = stage.HasCommandList ? ParameterValue.List(stage.Commands.Select(ParameterValue.Of)) : ParameterValue.Of(stage.Commands.Single()),
        };
        Add(entry, "deps", stage.Dependencies.Select(static d => (d.Path, d.Recorded)));
        var parameters = stage.Parameters
            .Where(static p => p.Recorded is not null)
            .OrderBy(static p => p.Path != DefaultParameters).ThenBy(static p => p.Path, CodePointComparer.Instance)
            .Select(static p => KeyValuePair.Create(p.Path, ParameterValue.MapOfAny(p.Recorded!.Members.OrderBy(static m => m.Key.ToString(), CodePointComparer.Instance))))
            .ToList();
        if (parameters.Count > 0)
        {
            entry["params"] = ParameterValue.Map(parameters);
        }

        Add(entry, "outs", stage.Outputs.Select(static o => (o.Path, o.Recorded)));
        return ParameterValue.Map(entry);
    }

    private static void Add(OrderedDictionary<string, ParameterValue> entry, string key, IEnumerable<(string Path, ContentRecord? Recorded)> contents)
    {
        var items = contents.OrderBy(static c => c.Path, CodePointComparer.Instance).Select(static c => Content(c.Path, c.Recorded)).ToList();
        if (items.Count > 0)
        {
            entry[key] = ParameterValue.List(items);
        }
    }

    private static ParameterValue Content(string path, ContentRecord? recorded)
    {
        var content = new OrderedDictionary<string, ParameterValue>(StringComparer.Ordinal) { ["path"] = ParameterValue.Of(path) };
        if (recorded is null or { IsLegacy: false })
        {
            content["hash"] = ParameterValue.Of("md5");
        }

        if (recorded is not null)
        {
            Check(path, recorded);
            content["md5"] = ParameterValue.Of(recorded.Id);
            if (recorded.Size is { } size)
            {
                content["size"] = ParameterValue.Of(new System.Numerics.BigInteger(size));
            }

            if (recorded.FileCount is { } count)
            {
                content["nfiles"] = ParameterValue.Of(new System.Numerics.BigInteger(count));
            }

            if (recorded.IsExecutable)
            {
                content["isexec"] = ParameterValue.Of(true);
            }
        }

        return ParameterValue.Map(content);
    }

    private static void Check(string path, ContentRecord recorded)
    {
        var digits = recorded.Id.EndsWith(DirectoryObject.Suffix, StringComparison.Ordinal) ? recorded.Id.AsSpan(0, recorded.Id.Length - DirectoryObject.Suffix.Length) : recorded.Id;
        if (!Md5Hash.TryParse(digits, out _) || recorded is { Size: < 0 } or { FileCount: < 0 })
        {
            throw new DvcException(string.Create(
                CultureInfo.InvariantCulture,
                $"What is to be recorded of '{path}' is wrong: expected 32 lower-case hexadecimal digits, perhaps '.dir', and sizes from 0, got id '{recorded.Id}', size {recorded.Size}, files {recorded.FileCount}."));
        }
    }
}
