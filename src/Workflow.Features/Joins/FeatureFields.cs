using System.Collections.Immutable;
using System.Globalization;
using Apache.Arrow;
using Apache.Arrow.Memory;
using Apache.Arrow.Types;
using Workflow.Features.Aggregation;
using Workflow.Features.Views;

namespace Workflow.Features.Joins;

/// <summary>The output columns of a service, and the identity of the definitions that travels in their metadata. Immutable.</summary>
internal sealed class FeatureFields
{
    private readonly FeatureService _service;
    private readonly FeatureValueKind[] _kinds;

    public FeatureFields(FeatureService service)
    {
        _service = service;
        _kinds = [.. service.Views.SelectMany(static v => v.Features.Select(static f => f.Aggregate.Kind)), .. service.OnDemand.Select(static _ => FeatureValueKind.Float64)];
        Fields =
        [
            .. service.Views.SelectMany(static view => view.Features.Select(f => Field(view.ColumnOf(f.Name), f.Aggregate.Kind, Metadata(view.View)))),
            .. service.OnDemand.Select(static f => Field(f.Name, FeatureValueKind.Float64, [new(FeatureMetadata.Formula, f.Formula.ToString())])),
        ];
    }

    /// <summary>Gets the fields of the aggregates, view by view, and of the on-demand features.</summary>
    public ImmutableArray<Field> Fields { get; }

    /// <summary>Gives the field of a column of the newest row.</summary>
    public static Field Latest(ServiceView view, LatestFeature feature, IArrowType type) => new(view.ColumnOf(feature.Name), type, nullable: true, Metadata(view.View));

    /// <summary>Gives the field of a stored column: with the identity of its view.</summary>
    public static Field Stored(ServiceView view, Field field) => new(field.Name, field.DataType, nullable: true, Metadata(view.View));

    /// <summary>Makes the columns, all null.</summary>
    public FeatureColumn[] Columns(int rows, MemoryAllocator? allocator) => [.. Fields.Select((field, i) => new FeatureColumn(field, _kinds[i], rows, allocator))];

    /// <summary>Adds the service's identity to a table's own metadata.</summary>
    public IEnumerable<KeyValuePair<string, string>> Metadata(Schema? table = null)
    {
        var metadata = table?.HasMetadata == true ? table.Metadata.ToImmutableDictionary() : ImmutableDictionary<string, string>.Empty;
        return metadata.SetItem(FeatureMetadata.Service, _service.Name).SetItem(FeatureMetadata.ServiceDigest, _service.Digest.ToString());
    }

    private static Field Field(string name, FeatureValueKind kind, IEnumerable<KeyValuePair<string, string>> metadata) =>
        new(name, Type(kind), nullable: true, metadata);

    private static IArrowType Type(FeatureValueKind kind) => kind switch
    {
        FeatureValueKind.Float64 => DoubleType.Default,
        FeatureValueKind.Int64 => Int64Type.Default,
        FeatureValueKind.Float64List => new ListType(new Field("item", DoubleType.Default, nullable: false)),
        _ => new ListType(new Field("item", Int64Type.Default, nullable: false)),
    };

    private static IEnumerable<KeyValuePair<string, string>> Metadata(FeatureView view) =>
    [
        new(FeatureMetadata.View, view.Name),
        new(FeatureMetadata.ViewVersion, view.Version.ToString(CultureInfo.InvariantCulture)),
        new(FeatureMetadata.ViewDigest, view.Digest.ToString()),
    ];
}
