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
        requirements.Keys(view.Entity, view);
        if (!view.EventId.IsEmpty)
        {
            requirements.Keys(new Entity("event id", view.EventId));
        }

        if (view.Deleted is { } deleted)
        {
            requirements.Numbers(view.Formula(deleted) is { } formula ? formula.Columns : [deleted]);
        }

        if (view.Availability.Column is { } column)
        {
            requirements.Time(column);
        }

        requirements.Numbers(view.Availability.Seconds?.Columns ?? []);
        requirements.Numbers(view.Conditions.SelectMany(static c => c.Columns));
        foreach (var feature in view.Latest)
        {
            if (view.Formula(feature.Column) is { } derived)
            {
                requirements.Numbers(derived.Columns);
            }
            else
            {
                requirements.Any(feature.Column);
            }
        }

        foreach (var input in view.Features.SelectMany(static f => f.Aggregate.Inputs).Distinct(StringComparer.Ordinal))
        {
            if (view.Formula(input) is null && view.Features.All(f => f.Aggregate.TakesText || !f.Aggregate.Inputs.Contains(input, StringComparer.Ordinal)))
            {
                requirements.NumberOrText(input);
            }
            else
            {
                requirements.Numbers(view.Formula(input) is { } formula ? formula.Columns : [input]);
            }
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

    /// <summary>Asks for a column of which only sameness matters.</summary>
    public void NumberOrText(string column)
    {
        if (!_columns.TryGetValue(column, out var known) || known.Expected == RowPicker.Expected)
        {
            Add(column, TextHash.Expected, static t => ColumnReader.IsNumber(t) || TextHash.Takes(t));
        }
    }

    /// <summary>Asks for a column whose values pass through as they are.</summary>
    public void Any(string column)
    {
        if (!_columns.ContainsKey(column))
        {
            Add(column, RowPicker.Expected, RowPicker.Takes);
        }
    }

    /// <summary>Asks for an entity's keys.</summary>
    /// <param name="entity">The entity.</param>
    /// <param name="view">Says how its source names them; null for the entity's own names.</param>
    public void Keys(Entity entity, FeatureView? view = null)
    {
        foreach (var key in entity.Keys)
        {
            var column = view?.KeyColumn(key) ?? key.Name;
            switch (key.Type)
            {
                case EntityKeyType.String:
                    Add(column, "utf8, as the key of " + entity.Name, static t => t is StringType or DictionaryType { ValueType: StringType });
                    break;
                case EntityKeyType.Int64:
                    Add(column, "int64, as the key of " + entity.Name, static t => t is Int64Type or Int32Type);
                    break;
                case EntityKeyType.Guid:
                    Add(column, "fixed_size_binary[16], as the key of " + entity.Name, static t => t is FixedSizeBinaryType { ByteWidth: 16, TypeId: ArrowTypeId.FixedSizedBinary });
                    break;
                case EntityKeyType.Bytes:
                    Add(column, "binary, as the key of " + entity.Name, static t => t is BinaryType);
                    break;
                default:
                    Add(column, "int32, as the key of " + entity.Name, static t => t is Int32Type);
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
        if (_columns.TryGetValue(column, out var known) && known.Expected != expected && !known.Expected.StartsWith("a number", StringComparison.Ordinal) && known.Expected != RowPicker.Expected)
        {
            var (first, second) = (known.Fits, fits);
            _columns[column] = ($"{known.Expected}, and {expected}", t => first(t) && second(t));
            return;
        }

        _columns[column] = (expected, fits);
    }
}
