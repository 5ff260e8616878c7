using System.Collections.Immutable;

namespace Workflow.Data.Tables;

/// <summary>Data does not have the columns or types that a component was built for.</summary>
/// <remarks>Not transient: retrying with the same data fails again.</remarks>
public sealed class SchemaMismatchException : Exception
{
    /// <summary>Describes every difference.</summary>
    /// <param name="component">What was built for the other schema, for example <c>drift reference 'fraud@3'</c>.</param>
    /// <param name="differences">Every difference, not only the first. Must not be empty.</param>
    public SchemaMismatchException(string component, ImmutableArray<SchemaDifference> differences)
        : base(Message(component, differences)) => (Component, Differences) = (component, differences);

    /// <summary>Gets what rejected the data.</summary>
    public string Component { get; }

    /// <summary>Gets every difference between the expected and the actual schema.</summary>
    public ImmutableArray<SchemaDifference> Differences { get; }

    private static new string Message(string component, ImmutableArray<SchemaDifference> differences) =>
        $"The data does not match {component}:{Environment.NewLine}"
        + string.Join(Environment.NewLine, differences.Select(d => $"  column '{d.Column}': expected {d.Expected ?? "no such column"}, got {d.Actual ?? "no such column"}"))
        + $"{Environment.NewLine}Add or cast these columns before the call, or rebuild the component from this data.";
}
