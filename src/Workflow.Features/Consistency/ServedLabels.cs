using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Data.Tables;
using Workflow.Features.Joins;
using Workflow.Features.Views;

namespace Workflow.Features.Consistency;

/// <summary>A serving log as labels: its features step aside for those that are computed again, and keys of a wrong type become null.</summary>
internal sealed class ServedLabels : TableSource
{
    private const string Prefix = "served:";
    private readonly TableSource _served;
    private readonly ImmutableArray<string> _names;
    private readonly HashSet<string> _badKeys;

    public ServedLabels(FeatureService service, TableSource served, string timeColumn)
    {
        _served = served;
        var keys = service.Views.SelectMany(static v => v.View.Entity.Keys).DistinctBy(static k => k.Name).ToDictionary(static k => k.Name, static k => k, StringComparer.Ordinal);
        _badKeys = [.. keys.Values.Where(k => served.Schema.GetFieldIndex(k.Name) is >= 0 and var i && !Fits(k.Type, served.Schema.FieldsList[i].DataType)).Select(static k => k.Name)];
        var needed = ServedVectors.Requirements(service, timeColumn);
        var features = service.FeatureNames.Where(n => served.Schema.GetFieldIndex(n) >= 0).ToList();
        _names = [.. needed.Names.Where(n => served.Schema.GetFieldIndex(n) >= 0), .. served.Schema.GetFieldIndex(ServedVectors.Digest) >= 0 ? [ServedVectors.Digest] : ImmutableArray<string>.Empty, .. features];
        Schema = new Schema([.. _names.Select(n => features.Contains(n) ? Renamed(n) : _badKeys.Contains(n) ? new Field(n, TypeOf(keys[n].Type), nullable: true) : Field(n))], null);
        needed.Check(Schema, $"the serving log of feature service '{service.Name}' in {served.Describe()}");
        Views = [.. service.Views.Where(v => v.View.Entity.Keys.Any(k => _badKeys.Contains(k.Name))).SelectMany(static v => v.Names.Select(v.ColumnOf))];
    }

    /// <summary>Gets the features whose keys have a wrong type.</summary>
    public ImmutableHashSet<string> Views { get; }

    public override Schema Schema { get; }

    public override long? RowCount => _served.RowCount;

    /// <summary>Gives the column that holds what was served of a feature.</summary>
    public static string ColumnOf(string feature) => Prefix + feature;

    /// <summary>Says whether a column holds what was served.</summary>
    public static bool IsServed(string column) => column.StartsWith(Prefix, StringComparison.Ordinal);

    public override string Describe() => _served.Describe();

    protected override async IAsyncEnumerable<RecordBatch> ReadCoreAsync(ImmutableArray<int> columns, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var schema = new Schema([.. columns.Select(i => Schema.FieldsList[i])], null);
        await foreach (var batch in _served.ReadAsync([.. columns.Select(i => _names[i])], cancellationToken).ConfigureAwait(false))
        {
            using (batch)
            {
                var arrays = schema.FieldsList.Select((f, i) => _badKeys.Contains(f.Name) ? Nulls(f.DataType, batch.Length) : SharedArray.Of(batch.Column(i)));
                yield return new RecordBatch(schema, [.. arrays], batch.Length);
            }
        }
    }

    private static IArrowArray Nulls(IArrowType type, int rows)
    {
        var empty = new ArrowBuffer(new byte[Math.Max(16, 16 * (rows + 1))]);
        return ArrowArrayFactory.BuildArray(new ArrayData(type, rows, rows, 0, type is BinaryType or StringType ? [empty, empty, empty] : [empty, empty]));
    }

    private static bool Fits(EntityKeyType key, IArrowType type) => key switch
    {
        EntityKeyType.String => type is StringType or DictionaryType { ValueType: StringType },
        EntityKeyType.Int64 => type is Int64Type or Int32Type,
        _ => TableSchema.Describe(type) == TableSchema.Describe(TypeOf(key)),
    };

    private static IArrowType TypeOf(EntityKeyType key) => key switch
    {
        EntityKeyType.String => StringType.Default,
        EntityKeyType.Int64 => Int64Type.Default,
        EntityKeyType.Guid => new FixedSizeBinaryType(16),
        EntityKeyType.Bytes => BinaryType.Default,
        _ => Int32Type.Default,
    };

    private Field Field(string name) => _served.Schema.GetFieldByName(name);

    private Field Renamed(string name) => new(ColumnOf(name), Field(name).DataType, nullable: true);
}
