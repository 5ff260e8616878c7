using System.Collections.Immutable;

namespace Workflow.Features.Definitions;

/// <summary>A file of definitions cannot be used.</summary>
/// <remarks>Not transient: edit the file.</remarks>
public sealed class DefinitionException : Exception
{
    /// <summary>Describes what is wrong.</summary>
    /// <param name="file">The file.</param>
    /// <param name="faults">Every fault. Must not be empty.</param>
    public DefinitionException(string file, ImmutableArray<DefinitionFault> faults)
        : base($"'{file}' holds no usable definitions:{string.Concat(faults.Select(f => $"{Environment.NewLine}  line {f.Line}{(f.Path.Length == 0 ? "" : $", {f.Path}")}: {f.Problem}"))}") =>
        (File, Faults) = (file, faults);

    /// <summary>Gets the file.</summary>
    public string File { get; }

    /// <summary>Gets every fault, in the order of the lines.</summary>
    public ImmutableArray<DefinitionFault> Faults { get; }
}
