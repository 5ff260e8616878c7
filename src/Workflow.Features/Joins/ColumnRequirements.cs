using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Data.Tables;
using Workflow.Features.Views;

namespace Workflow.Features.Joins;

/// <summary>The columns that definitions need of one table, checked all at once before anything is read.</summary>
internal sealed class ColumnRequirements
{
    private readonly SortedDictionary<string, (string Expected, Func<IArrowType, bool> Fits)> _columns = new(StringComparer.Ordinal);

    /// <summary>Gets the columns needed.</summary>
    public IReadOnlyList<string> Names => [.. _columns.Keys];

    /// <summary>Gives what a view needs of its source.</summary>
    public static void OfSource(FeatureView view, ColumnRequirements requirements)
    {
        requirements.Time(view.EventTime);
        requirements.Keys(view.Entity);
        if (view.Availability.Column is { } column)
        {
            requirements.Time(column);
        }

        requirements.Numbers(view.Availability.Seconds?.Columns ?? []);
        foreach (var input in view.Features.SelectMany(static f => f.Aggregate.Inputs).Distinct(StringComparer.Ordinal))
        {
            requirements.Numbers(view.Formula(input) is { } formula ? formula.Columns : [input]);
        }
    }

    public void Time(string column) => Add(column, "timestamp[s], [ms] or [us]", ColumnReader.IsTime);

    public void Numbers(IEnumerable<string> columns)
    {
        foreach (var column in columns)
        {
            // A time is a number too: the narrower demand stays.
            if (!_columns.TryGetValue(column, out var known) || !known.Expected.StartsWith("timestamp", StringComparison.Ordinal))
            {
                Add(column, "a number of at most 64 bits, a boolean or a timestamp", ColumnReader.IsNumber);
            }
        }
    }

    public void Keys(Entity entity)
    {
        foreach (var key in entity.Keys)
        {
            switch (key.Type)
            {
                case EntityKeyType.String:
                    Add(key.Name, "utf8, as the key of " + entity.Name, static t => t is StringType or DictionaryType { ValueType: StringType });
                    break;
                case EntityKeyType.Int64:
                    Add(key.Name, "int64, as the key of " + entity.Name, static t => t is Int64Type);
                    break;
                default:
                    Add(key.Name, "int32, as the key of " + entity.Name, static t => t is Int32Type);
                    break;
            }
        }
    }

    /// <exception cref="SchemaMismatchException">A column is missing or of another type; every difference is listed.</exception>
    public void Check(Schema schema, string component)
    {
        var differences = new List<SchemaDifference>();
        foreach (var (name, (expected, fits)) in _columns)
        {
            var index = schema.GetFieldIndex(name);
            if (index < 0 || !fits(schema.FieldsList[index].DataType))
            {
                differences.Add(new SchemaDifference(name, expected, index < 0 ? null : TableSchema.Describe(schema.FieldsList[index].DataType)));
            }
        }

        if (differences.Count > 0)
        {
            throw new SchemaMismatchException(component, [.. differences]);
        }
    }

    private void Add(string column, string expected, Func<IArrowType, bool> fits)
    {
        if (_columns.TryGetValue(column, out var known) && known.Expected != expected && !known.Expected.StartsWith("a number", StringComparison.Ordinal))
        {
            var (first, second) = (known.Fits, fits);
            _columns[column] = ($"{known.Expected}, and {expected}", t => first(t) && second(t));
            return;
        }

        _columns[column] = (expected, fits);
    }
}
