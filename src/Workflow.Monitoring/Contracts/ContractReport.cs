using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Workflow.Data.Definitions;
using Workflow.Data.Storage;

namespace Workflow.Monitoring.Contracts;

/// <summary>What a table was found to be when it was held against a contract. A broken contract is a result, not an exception. Immutable.</summary>
public sealed record ContractReport
{
    /// <summary>Gets the contract's name.</summary>
    public required string Contract { get; init; }

    /// <summary>Gets the contract's digest.</summary>
    public required ContentDigest ContractDigest { get; init; }

    /// <summary>Gets what was checked, as the table describes itself.</summary>
    public required string Source { get; init; }

    /// <summary>Gets the number of rows read.</summary>
    public required long Rows { get; init; }

    /// <summary>Gets the counts of every column that was there with its type, in the contract's order.</summary>
    public required ImmutableArray<ColumnCounts> Columns { get; init; }

    /// <summary>Gets every broken demand, in the contract's order. A column that is missing or of another type is not looked into further.</summary>
    public required ImmutableArray<ContractViolation> Violations { get; init; }

    /// <summary>Gets whether nothing is broken.</summary>
    public bool Passed => Violations.IsEmpty;

    /// <summary>Writes the report as canonical JSON (RFC 8785).</summary>
    public byte[] ToJson() => CanonicalJson.Serialize(new JsonObject
    {
        ["contract"] = Contract,
        ["contract_digest"] = ContractDigest.ToString(),
        ["source"] = Source,
        ["rows"] = Rows,
        ["passed"] = Passed,
        ["columns"] = new JsonArray([.. Columns.Select(c => new JsonObject { ["column"] = c.Column, ["nulls"] = c.Nulls, ["nans"] = c.NaNs })]),
        ["violations"] = new JsonArray([.. Violations.Select(v => new JsonObject
        {
            ["column"] = v.Column,
            ["check"] = CheckName(v.Check),
            ["expected"] = v.Expected,
            ["actual"] = v.Actual,
            ["count"] = v.Count,
            ["first_rows"] = new JsonArray([.. v.FirstRows.Select(r => JsonValue.Create(r))]),
            ["examples"] = new JsonArray([.. v.Examples.Select(e => JsonValue.Create(e))]),
        })]),
    });

    /// <summary>Writes the report as a few lines for people: one line for the outcome and one for each broken demand.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Source} {(Passed ? "keeps" : "breaks")} contract '{Contract}' over {Rows} rows");
        foreach (var violation in Violations)
        {
            text.Append('\n').Append("  ").Append(violation);
        }

        return text.ToString();
    }

    private static string CheckName(ContractCheck check) => check switch
    {
        ContractCheck.RowCount => "table_row_count_to_be_between",
        ContractCheck.Presence => "column_to_exist",
        ContractCheck.Type => "column_values_to_be_of_type",
        ContractCheck.Nulls => "column_values_to_not_be_null",
        ContractCheck.NotANumber => "column_values_to_not_be_nan",
        ContractCheck.Minimum or ContractCheck.Maximum => "column_values_to_be_between",
        _ => "column_values_to_be_in_set",
    };
}
