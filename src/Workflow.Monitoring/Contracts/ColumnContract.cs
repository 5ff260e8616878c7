using System.Collections.Immutable;

namespace Workflow.Monitoring.Contracts;

/// <summary>What a contract demands of one column. Immutable.</summary>
public sealed record ColumnContract
{
    /// <summary>Gets the column's name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the column's Arrow type as <see cref="Data.Tables.TableSchema.Describe(Apache.Arrow.Types.IArrowType)"/> writes it, for example <c>int64</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Gets the largest allowed share of nulls, from 0 (none) to 1.</summary>
    public double MaximumNullShare { get; init; }

    /// <summary>Gets the largest allowed share of NaN among the values that are not null, from 0 (none) to 1.</summary>
    public double MaximumNaNShare { get; init; }

    /// <summary>Gets the smallest allowed value, or null where there is none.</summary>
    public ContractValue? Minimum { get; init; }

    /// <summary>Gets the largest allowed value, or null where there is none.</summary>
    public ContractValue? Maximum { get; init; }

    /// <summary>Gets the only allowed values, sorted; empty where any is allowed.</summary>
    public ImmutableArray<ContractValue> AllowedValues { get; init; } = [];
}
