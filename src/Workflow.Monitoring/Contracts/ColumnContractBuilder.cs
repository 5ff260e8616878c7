namespace Workflow.Monitoring.Contracts;

/// <summary>Says what a contract demands of one column. Nulls and NaN are forbidden until they are allowed.</summary>
/// <remarks>Not thread-safe; used while a contract is built.</remarks>
public sealed class ColumnContractBuilder
{
    internal ColumnContractBuilder(string name, string type) => Contract = new ColumnContract { Name = name, Type = type };

    internal ColumnContract Contract { get; private set; }

    /// <summary>Allows nulls.</summary>
    /// <param name="maximumShare">The largest allowed share of the rows, from 0 to 1.</param>
    public ColumnContractBuilder AllowNulls(double maximumShare = 1)
    {
        Contract = Contract with { MaximumNullShare = Share(maximumShare) };
        return this;
    }

    /// <summary>Allows NaN.</summary>
    /// <param name="maximumShare">The largest allowed share of the values that are not null, from 0 to 1.</param>
    public ColumnContractBuilder AllowNaN(double maximumShare = 1)
    {
        Contract = Contract with { MaximumNaNShare = Share(maximumShare) };
        return this;
    }

    /// <summary>Demands values of at least this. NaN is neither below nor above; −Infinity is below every bound.</summary>
    /// <param name="minimum">A number for a numeric column, a moment for a timestamp.</param>
    public ColumnContractBuilder AtLeast(ContractValue minimum)
    {
        Contract = Contract with { Minimum = minimum };
        return this;
    }

    /// <summary>Demands values of at most this.</summary>
    /// <param name="maximum">A number for a numeric column, a moment for a timestamp.</param>
    public ColumnContractBuilder AtMost(ContractValue maximum)
    {
        Contract = Contract with { Maximum = maximum };
        return this;
    }

    /// <summary>Demands values from <paramref name="minimum"/> to <paramref name="maximum"/>, both allowed.</summary>
    /// <param name="minimum">A number for a numeric column, a moment for a timestamp.</param>
    /// <param name="maximum">At least <paramref name="minimum"/>.</param>
    public ColumnContractBuilder Between(ContractValue minimum, ContractValue maximum) => AtLeast(minimum).AtMost(maximum);

    /// <summary>Demands one of these values.</summary>
    /// <param name="values">Texts for a column of strings, whole numbers for one of integers. At least one.</param>
    public ColumnContractBuilder OneOf(params IEnumerable<ContractValue> values)
    {
        Contract = Contract with { AllowedValues = [.. values.Distinct().OrderBy(v => v.IsWhole ? v.Whole : 0).ThenBy(v => v.ToString(), StringComparer.Ordinal)] };
        if (Contract.AllowedValues.IsEmpty)
        {
            throw new ArgumentException($"Column '{Contract.Name}' needs at least one allowed value.", nameof(values));
        }

        return this;
    }

    private double Share(double share) => share is >= 0 and <= 1
        ? share
        : throw new ArgumentOutOfRangeException(nameof(share), share, $"A share of column '{Contract.Name}' is from 0 to 1.");
}
