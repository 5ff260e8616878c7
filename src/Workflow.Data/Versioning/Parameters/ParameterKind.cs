namespace Workflow.Data.Versioning.Parameters;

/// <summary>What a <see cref="ParameterValue"/> is.</summary>
public enum ParameterKind
{
    /// <summary>Nothing: YAML's and JSON's null.</summary>
    Null,

    /// <summary>True or false.</summary>
    Truth,

    /// <summary>A whole number of any size.</summary>
    Whole,

    /// <summary>A 64-bit floating-point number.</summary>
    Real,

    /// <summary>Text.</summary>
    Text,

    /// <summary>A list of values.</summary>
    List,

    /// <summary>Keys and values, in order.</summary>
    Map,
}
