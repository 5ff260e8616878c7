using System.Text;
using Workflow.Data.Versioning.Parameters;
using Workflow.Data.Versioning.Stages;

namespace Workflow.Data.Versioning.Templating;

/// <summary>The values that <c>${…}</c> of a <c>dvc.yaml</c> may name: of <c>params.yaml</c>, of <c>vars</c>, and of a loop. Immutable.</summary>
internal sealed class TemplateContext
{
    private const string DefaultFile = "params.yaml";
    private readonly ParameterValue _values;

    // A file that was loaded whole has no list of keys.
    private readonly Dictionary<string, HashSet<string>?> _loaded;

    private TemplateContext(ParameterValue values, Dictionary<string, HashSet<string>?> loaded) => (_values, _loaded) = (values, loaded);

    /// <summary>Loads <c>params.yaml</c>, where there is one, and <c>vars</c>.</summary>
    /// <param name="files">Where files are read.</param>
    /// <param name="folder">Of the <c>dvc.yaml</c>, relative to the root.</param>
    /// <param name="vars">The list under <c>vars</c>, or null.</param>
    /// <param name="where">The <c>dvc.yaml</c>, for the message of an error.</param>
    /// <param name="cancellationToken">Passed on.</param>
    /// <exception cref="DvcException">A file is missing or wrong, or two of them define one key.</exception>
    public static async Task<TemplateContext> LoadAsync(RepositoryState files, string folder, ParameterValue? vars, string where, CancellationToken cancellationToken)
    {
        var context = new TemplateContext(ParameterValue.Map([]), new(StringComparer.Ordinal));
        var path = RepositoryPath.Join(folder, DefaultFile);
        if (await files.ReadAsync(path, cancellationToken).ConfigureAwait(false) is not null)
        {
            context = await context.WithFileAsync(files, folder, DefaultFile, where, cancellationToken).ConfigureAwait(false);
        }

        return await context.WithVarsAsync(files, folder, vars, $"{where}, vars", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Adds the values under <c>vars</c>.</summary>
    public async Task<TemplateContext> WithVarsAsync(RepositoryState files, string folder, ParameterValue? vars, string where, CancellationToken cancellationToken)
    {
        var context = this;
        foreach (var item in vars?.Items ?? [])
        {
            CheckPlain(item, where);
            context = item.Kind == ParameterKind.Map
                ? new TemplateContext(Merge(context._values, item, "", where), context._loaded)
                : await context.WithFileAsync(files, folder, item.ToString(), where, cancellationToken).ConfigureAwait(false);
        }

        return context;
    }

    /// <summary>Adds the values of one turn of a loop, which hide others of their names.</summary>
    public TemplateContext With(IEnumerable<KeyValuePair<string, ParameterValue>> values)
    {
        var members = new OrderedDictionary<string, ParameterValue>(StringComparer.Ordinal);
        foreach (var (key, value) in _values.Members.Where(static m => m.Key.Kind == ParameterKind.Text).Select(static m => KeyValuePair.Create(m.Key.ToString(), m.Value)).Concat(values))
        {
            members[key] = value;
        }

        return new TemplateContext(ParameterValue.Map(members), _loaded);
    }

    /// <summary>Puts values in the place of every <c>${…}</c> in a value, keys of maps included.</summary>
    /// <param name="value">The value.</param>
    /// <param name="key">The key of the stage that it stands under, where only plain values may be put in; null: anything.</param>
    /// <param name="where">What holds it, for the message of an error.</param>
    /// <exception cref="DvcException">A key is unknown, or a list or map stands where only a plain value can.</exception>
    public ParameterValue Resolve(ParameterValue value, string? key, string where) => value.Kind switch
    {
        ParameterKind.Text => ResolveText(value, key, where),
        ParameterKind.List => ParameterValue.List(value.Items.Select(i => Resolve(i, key, where))),
        ParameterKind.Map => ResolveMap(value, key, where),
        _ => value,
    };

    // Two keys may become one: the last wins, as in a Python dictionary.
    private ParameterValue ResolveMap(ParameterValue map, string? key, string where)
    {
        var members = new OrderedDictionary<ParameterValue, ParameterValue>();
        foreach (var (name, value) in map.Members)
        {
            members[Resolve(name, key, where)] = Resolve(value, key, where);
        }

        return ParameterValue.MapOfAny(members);
    }

    private ParameterValue ResolveText(ParameterValue value, string? key, string where)
    {
        var text = value.ToString();
        if (!text.Contains("${", StringComparison.Ordinal))
        {
            return value;
        }

        var matches = TemplateExpression.Find(text);
        if (matches.Count == 1 && matches[0].Length == text.Length)
        {
            return Look(matches[0].Value, TemplateExpression.Keys(matches[0], where), key, where);
        }

        var result = new StringBuilder();
        var at = 0;
        foreach (var match in matches.AsEnumerable())
        {
            result.Append(text, at, match.Index - at);
            var found = Look(match.Value, TemplateExpression.Keys(match, where), key, where);
            result.Append(found.Kind == ParameterKind.Map ? CommandArguments.Of(found, where) : found.ToString());
            at = match.Index + match.Length;
        }

        return ParameterValue.Of(result.Append(text, at, text.Length - at).Replace("\\${", "${").ToString());
    }

    private ParameterValue Look(string expression, string[] keys, string? key, string where)
    {
        var found = TemplateExpression.Select(_values, keys)
            ?? throw new DvcException($"{where}: there is no value for {expression}. Define it in {DefaultFile} or under vars.");
        return found.Kind is ParameterKind.List or ParameterKind.Map && key is not null && !(found.Kind == ParameterKind.Map && key == "cmd")
            ? throw new DvcException($"{where}: {expression} is a {(found.Kind == ParameterKind.List ? "list" : "map")}, where only text, a number or a truth value can stand.")
            : found;
    }

    private async Task<TemplateContext> WithFileAsync(RepositoryState files, string folder, string item, string where, CancellationToken cancellationToken)
    {
        var colon = item.IndexOf(':', StringComparison.Ordinal);
        var name = colon < 0 ? item : item[..colon];
        string[] keys = colon < 0 ? [] : item[(colon + 1)..].Split(',', StringSplitOptions.RemoveEmptyEntries);
        var path = files.TryResolve(folder, name) ?? throw new DvcException($"{where}: the file '{name}' lies outside the repository. Copy it here.");
        var isKnown = _loaded.TryGetValue(path, out var before);
        if (isKnown)
        {
            if (keys.Length == 0 && before is null)
            {
                return this;
            }

            if (keys.Length == 0 || before is null || before.Overlaps(keys))
            {
                throw new DvcException($"{where}: '{item}' was loaded before, wholly or in part. Name it once.");
            }
        }

        var bytes = await files.ReadAsync(path, cancellationToken).ConfigureAwait(false) ?? throw new DvcException($"{where}: the file '{path}' does not exist or is a folder.");
        var read = ParameterFile.Read(path, bytes);
        if (read.Kind != ParameterKind.Map)
        {
            throw new DvcException($"{where}: '{path}' holds no keys and values.");
        }

        if (keys.Length > 0)
        {
            read = ParameterValue.Map(keys.Distinct(StringComparer.Ordinal).Select(k => KeyValuePair.Create(k, read.Find(k) ?? throw new DvcException($"{where}: there is no '{k}' in '{path}'."))));
        }

        var loaded = new Dictionary<string, HashSet<string>?>(_loaded, StringComparer.Ordinal)
        {
            [path] = keys.Length == 0 ? null : [.. before ?? [], .. keys],
        };
        return new TemplateContext(Merge(_values, read, "", $"{where} ('{path}')"), loaded);
    }

    private static ParameterValue Merge(ParameterValue into, ParameterValue update, string prefix, string where)
    {
        var members = new OrderedDictionary<ParameterValue, ParameterValue>();
        foreach (var (key, value) in into.Members)
        {
            members[key] = value;
        }

        foreach (var (key, value) in update.Members.Where(static m => m.Key.Kind == ParameterKind.Text))
        {
            if (!members.TryGetValue(key, out var old))
            {
                members[key] = value;
            }
            else if (old.Kind == ParameterKind.Map && value.Kind == ParameterKind.Map)
            {
                members[key] = Merge(old, value, $"{prefix}{key}.", where);
            }
            else
            {
                throw new DvcException($"{where}: '{prefix}{key}' is defined already. Define it in one place.");
            }
        }

        return ParameterValue.MapOfAny(members);
    }

    private static void CheckPlain(ParameterValue value, string where)
    {
        if (value.Kind == ParameterKind.Text && TemplateExpression.Find(value.ToString()).Count > 0)
        {
            throw new DvcException($"{where}: '{value}' holds ${{…}}, which is not allowed under vars.");
        }

        foreach (var item in value.Items.Concat(value.Members.SelectMany(static m => new[] { m.Key, m.Value })))
        {
            CheckPlain(item, where);
        }
    }
}
