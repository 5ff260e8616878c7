using System.Globalization;
using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Features.Views;

namespace Workflow.Cli.Features;

/// <summary>The entities and inputs of a request, as <c>NAME=VALUE</c> on the command line: the n-th value of each name is of the n-th entity.</summary>
internal static class RequestColumns
{
    /// <summary>Makes the batch of requests.</summary>
    /// <exception cref="ArgumentException">A name is missing, unknown or has another number of values, or a value is none of its type; every fault is listed.</exception>
    public static RecordBatch Parse(FeatureService service, IReadOnlyList<string> words)
    {
        var wanted = new SortedDictionary<string, IArrowType?>(StringComparer.Ordinal);
        foreach (var key in service.Views.SelectMany(static v => v.View.Entity.Keys))
        {
            wanted[key.Name] = ColumnHints.TypeOf(key.Type);
        }

        foreach (var input in service.OnDemand.SelectMany(static f => f.Formula.Columns))
        {
            wanted.TryAdd(input, null);
        }

        var faults = new List<string>();
        var values = new Dictionary<string, List<string?>>(StringComparer.Ordinal);
        foreach (var word in words)
        {
            var pair = word.Split('=', 2);
            if (pair.Length < 2 || !wanted.ContainsKey(pair[0]))
            {
                faults.Add($"'{word}' is no key or input: expected NAME=VALUE with one of {string.Join(", ", wanted.Keys.Select(static n => $"'{n}'"))}");
                continue;
            }

            if (!values.TryGetValue(pair[0], out var known))
            {
                values.Add(pair[0], known = []);
            }

            known.Add(pair[1]);
        }

        var rows = values.Count == 0 ? wanted.Count == 0 ? 1 : 0 : values.Values.Max(static v => v.Count);
        foreach (var name in wanted.Keys)
        {
            var count = values.GetValueOrDefault(name)?.Count ?? 0;
            if (count == 0 || count != rows)
            {
                faults.Add(count == 0 ? $"'{name}' is missing: give it with --key {name}=VALUE" : $"'{name}' has {count} values and another name has {rows}: give one for each entity");
            }
        }

        var columns = faults.Count == 0 ? wanted.Select(w => TypedCsv.Column(w.Key, w.Value, values[w.Key], faults)).ToList() : [];
        return faults.Count == 0
            ? new RecordBatch(new Schema([.. wanted.Keys.Select((name, i) => new Field(name, columns[i].Data.DataType, nullable: true))], null), columns, rows)
            : throw new ArgumentException($"The request for service '{service.Name}' cannot be read: {string.Join("; ", faults)}.");
    }

    /// <summary>Gives a value of the request back as text.</summary>
    public static string Text(IArrowArray column, int row) => column switch
    {
        Int64Array a => a.Values[row].ToString(CultureInfo.InvariantCulture),
        Int32Array a => a.Values[row].ToString(CultureInfo.InvariantCulture),
        DoubleArray a => a.Values[row].ToString("R", CultureInfo.InvariantCulture),
        _ => CsvWriter.Text(column, row),
    };
}
