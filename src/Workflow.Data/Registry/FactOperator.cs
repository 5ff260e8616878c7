namespace Workflow.Data.Registry;

/// <summary>How a fact is compared with a number.</summary>
public enum FactOperator
{
    /// <summary>Less than.</summary>
    Below,

    /// <summary>Less than or equal.</summary>
    AtMost,

    /// <summary>Equal.</summary>
    Equal,

    /// <summary>Not equal; the fact has to be there.</summary>
    NotEqual,

    /// <summary>Greater than or equal.</summary>
    AtLeast,

    /// <summary>Greater than.</summary>
    Above,
}
