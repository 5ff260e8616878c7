namespace Workflow.Monitoring.Contracts;

/// <summary>The kinds of check in a data contract. In JSON they carry the names of Great Expectations, without <c>expect_</c>.</summary>
public enum ContractCheck
{
    /// <summary>The table has enough rows (<c>table_row_count_to_be_between</c>).</summary>
    RowCount,

    /// <summary>The column is there (<c>column_to_exist</c>).</summary>
    Presence,

    /// <summary>The column has its Arrow type (<c>column_values_to_be_of_type</c>).</summary>
    Type,

    /// <summary>No more nulls than allowed (<c>column_values_to_not_be_null</c>).</summary>
    Nulls,

    /// <summary>No more NaN than allowed (<c>column_values_to_not_be_nan</c>, which Great Expectations lacks).</summary>
    NotANumber,

    /// <summary>No value below the minimum (<c>column_values_to_be_between</c>).</summary>
    Minimum,

    /// <summary>No value above the maximum (<c>column_values_to_be_between</c>).</summary>
    Maximum,

    /// <summary>No value outside the allowed set (<c>column_values_to_be_in_set</c>).</summary>
    AllowedValues,
}
