using System.Collections.Immutable;
using Workflow.Data.Versioning.Parameters;

namespace Workflow.Data.Versioning.Stages;

/// <summary>Compares parameters files with what <c>dvc.lock</c> records of them. Reads each file once.</summary>
internal sealed class ParameterStatus
{
    private readonly Dictionary<string, ParameterValue> _files = new(StringComparer.Ordinal);

    /// <summary>Compares the parameters of one file.</summary>
    /// <param name="parameters">The keys and the recorded values.</param>
    /// <param name="fullPath">The file.</param>
    /// <param name="shown">How it is called in the answer.</param>
    /// <returns>Null when nothing differs.</returns>
    /// <exception cref="DvcException">The file is a folder or cannot be parsed.</exception>
    public StageChange? Compare(StageParameters parameters, string fullPath, string shown)
    {
        if (!Path.Exists(fullPath))
        {
            return new StageChange { Path = shown, Kind = StageChangeKind.Deleted };
        }

        if (parameters.Recorded is not { } recorded)
        {
            return new StageChange { Path = shown, Kind = StageChangeKind.New };
        }

        var actual = Read(fullPath, shown);
        IEnumerable<string> keys = parameters.Keys.IsEmpty
            ? actual.Members.Concat(recorded.Members).Select(static m => m.Key.ToString()).Distinct(StringComparer.Ordinal)
            : parameters.Keys;
        var isWhole = parameters.Keys.IsEmpty;
        var changes = keys
            .Select(k => (Key: k, Kind: Compare(isWhole ? actual.Find(k) : ParameterFile.Select(actual, k), recorded.Find(k))))
            .Where(static c => c.Kind is not null)
            .Select(static c => new StageChange { Path = c.Key, Kind = c.Kind })
            .ToImmutableArray();
        return changes.IsEmpty ? null : new StageChange { Path = shown, Parameters = changes };
    }

    /// <summary>Reads all values of a file.</summary>
    /// <exception cref="DvcException">The file is a folder or cannot be parsed.</exception>
    public ParameterValue Read(string fullPath, string shown)
    {
        if (!_files.TryGetValue(fullPath, out var actual))
        {
            _files[fullPath] = actual = File.Exists(fullPath)
                ? ParameterFile.Read(shown, File.ReadAllBytes(fullPath))
                : throw new DvcException($"'{shown}' is a folder; expected a file of parameters.");
        }

        return actual;
    }

    private static StageChangeKind? Compare(ParameterValue? actual, ParameterValue? recorded) => (actual, recorded) switch
    {
        (null, _) => StageChangeKind.Deleted,
        (_, null) => StageChangeKind.New,
        _ => actual.Equals(recorded) ? null : StageChangeKind.Modified,
    };
}
