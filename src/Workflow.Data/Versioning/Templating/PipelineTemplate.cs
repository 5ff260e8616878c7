using System.Collections.Immutable;
using System.Globalization;
using Workflow.Data.Versioning.Parameters;
using Workflow.Data.Versioning.Stages;

namespace Workflow.Data.Versioning.Templating;

/// <summary>Makes the stages of a <c>dvc.yaml</c>: loops unrolled, every <c>${…}</c> replaced.</summary>
internal sealed class PipelineTemplate
{
    private const int MaximumStages = 100_000;
    private readonly RepositoryState _files;
    private readonly string _path;
    private readonly TemplateContext _context;

    private PipelineTemplate(RepositoryState files, string path, TemplateContext context) => (_files, _path, _context) = (files, path, context);

    /// <summary>Resolves a checked document.</summary>
    /// <param name="files">Where the files under <c>vars</c> are read.</param>
    /// <param name="path">Of the <c>dvc.yaml</c>, relative to the root.</param>
    /// <param name="document">Its content.</param>
    /// <param name="cancellationToken">Passed on.</param>
    /// <exception cref="DvcException">Everything that is wrong in all stages.</exception>
    public static async Task<ImmutableArray<ResolvedStage>> ResolveAsync(RepositoryState files, string path, ParameterValue document, CancellationToken cancellationToken)
    {
        var context = await TemplateContext.LoadAsync(files, RepositoryPath.FolderOf(path), document.Find("vars"), path, cancellationToken).ConfigureAwait(false);
        var template = new PipelineTemplate(files, path, context);
        var stages = ImmutableArray.CreateBuilder<ResolvedStage>();
        var problems = new List<string>();
        foreach (var (name, definition) in document.Find("stages")?.Members ?? [])
        {
            try
            {
                stages.AddRange(await template.ResolveStageAsync(name.ToString(), definition, cancellationToken).ConfigureAwait(false));
            }
            catch (DvcException exception)
            {
                problems.AddRange(exception.Problems);
            }
        }

        return problems.Count == 0 ? stages.ToImmutable() : throw new DvcException(DvcErrorKind.BadInput, [.. problems]);
    }

    private async Task<List<ResolvedStage>> ResolveStageAsync(string name, ParameterValue definition, CancellationToken cancellationToken)
    {
        var where = $"{_path}, stage '{name}'";
        if (definition.Find("matrix") is { } matrix)
        {
            var body = ParameterValue.MapOfAny(definition.Members.Where(static m => m.Key.ToString() != "matrix"));
            return await UnrollAsync(name, body, Matrix(matrix, where), cancellationToken).ConfigureAwait(false);
        }

        if (definition.Find("foreach") is { } list)
        {
            return await UnrollAsync(name, definition.Find("do")!, Foreach(list, where), cancellationToken).ConfigureAwait(false);
        }

        return name.Contains('@', StringComparison.Ordinal)
            ? throw new DvcException($"{where}: '@' in a name is kept for the stages of foreach and matrix. Rename the stage.")
            : [await ResolveOneAsync(_context, name, group: null, definition, cancellationToken).ConfigureAwait(false)];
    }

    private async Task<List<ResolvedStage>> UnrollAsync(
        string name, ParameterValue body, OrderedDictionary<string, KeyValuePair<string, ParameterValue>[]> turns, CancellationToken cancellationToken)
    {
        var stages = new List<ResolvedStage>();
        foreach (var (key, values) in turns)
        {
            stages.Add(await ResolveOneAsync(_context.With(values), $"{name}@{key}", name, body, cancellationToken).ConfigureAwait(false));
        }

        return stages;
    }

    private async Task<ResolvedStage> ResolveOneAsync(TemplateContext context, string name, string? group, ParameterValue body, CancellationToken cancellationToken)
    {
        var where = $"{_path}, stage '{name}'";
        if (body.Find("vars") is { Items.Length: > 0 } vars)
        {
            var wdir = body.Find("wdir") is { } text ? context.Resolve(text, key: null, $"{where}, wdir").ToString() : "";
            var folder = _files.TryResolve(RepositoryPath.FolderOf(_path), wdir) ?? throw new DvcException($"{where}: wdir '{wdir}' lies outside the repository.");
            context = await context.WithVarsAsync(_files, folder, vars, $"{where}, vars", cancellationToken).ConfigureAwait(false);
        }

        var members = body.Members
            .Where(static m => m.Key.ToString() != "vars")
            .Select(m => KeyValuePair.Create(m.Key, context.Resolve(m.Value, m.Key.ToString(), $"{where}, {m.Key}")));
        return new ResolvedStage(name, group, ParameterValue.MapOfAny(members));
    }

    private OrderedDictionary<string, KeyValuePair<string, ParameterValue>[]> Foreach(ParameterValue list, string where)
    {
        var turns = new OrderedDictionary<string, KeyValuePair<string, ParameterValue>[]>(StringComparer.Ordinal);
        var data = _context.Resolve(list, key: null, $"{where}, foreach");
        switch (data.Kind)
        {
            case ParameterKind.Map:
                foreach (var (key, value) in data.Members)
                {
                    turns[key.ToString()] = [new("item", value), new("key", ParameterValue.Of(key.ToString()))];
                }

                return turns;
            case ParameterKind.List:
                var hasNames = !data.Items.Any(static i => i.Kind is ParameterKind.List or ParameterKind.Map);
                for (var i = 0; i < data.Items.Length; i++)
                {
                    turns[hasNames ? data.Items[i].ToString() : i.ToString(CultureInfo.InvariantCulture)] = [new("item", data.Items[i])];
                }

                return turns;
            default:
                throw new DvcException($"{where}, foreach: expected a list or a map, got '{data}'.");
        }
    }

    private OrderedDictionary<string, KeyValuePair<string, ParameterValue>[]> Matrix(ParameterValue matrix, string where)
    {
        var axes = _context.Resolve(matrix, key: null, $"{where}, matrix");
        if (axes.Members.IsEmpty || axes.Members.Any(static a => a.Value.Kind != ParameterKind.List))
        {
            throw new DvcException($"{where}, matrix: expected at least one key, each with a list.");
        }

        var count = axes.Members.Aggregate(1.0, static (product, axis) => product * axis.Value.Items.Length);
        if (count > MaximumStages)
        {
            throw new DvcException(string.Create(CultureInfo.InvariantCulture, $"{where}, matrix: makes {count:0} stages; at most {MaximumStages} are possible."));
        }

        IEnumerable<(string Name, ImmutableList<KeyValuePair<string, ParameterValue>> Values)> combinations = [("", [])];
        foreach (var (axis, values) in axes.Members)
        {
            combinations = combinations.SelectMany(c => values.Items.Select((value, i) => (
                (c.Values.IsEmpty ? "" : c.Name + "-") + (value.Kind is ParameterKind.List or ParameterKind.Map ? string.Create(CultureInfo.InvariantCulture, $"{axis}{i}") : value.ToString()),
                c.Values.Add(new(axis.ToString(), value)))));
        }

        var turns = new OrderedDictionary<string, KeyValuePair<string, ParameterValue>[]>(StringComparer.Ordinal);
        foreach (var (name, values) in combinations)
        {
            turns[name] = [new("key", ParameterValue.Of(name)), new("item", ParameterValue.Map(values))];
        }

        return turns;
    }
}
