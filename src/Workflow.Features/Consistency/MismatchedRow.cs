using Apache.Arrow;

namespace Workflow.Features.Consistency;

/// <summary>A served vector that differs, held until its causes are known.</summary>
/// <param name="Row">Its row in the log.</param>
/// <param name="Label">The one row, of the columns of <see cref="ServedLabels"/>. Owned.</param>
/// <param name="Time">The moment of the read.</param>
internal sealed record MismatchedRow(long Row, RecordBatch Label, long Time) : IDisposable
{
    /// <summary>Gets the features that differ and are not explained yet.</summary>
    public List<int> Features { get; } = [];

    public void Dispose() => Label.Dispose();
}
