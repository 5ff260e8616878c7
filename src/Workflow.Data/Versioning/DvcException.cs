using System.Collections.Immutable;

namespace Workflow.Data.Versioning;

/// <summary>
/// A DVC repository refuses what was asked. Nothing was changed, except objects in the cache that nothing refers to, and, where content is
/// missing, outputs that a checkout found whole.
/// </summary>
public sealed class DvcException : Exception
{
    internal DvcException(DvcErrorKind kind, ImmutableArray<string> problems, Exception? innerException = null)
        : base(string.Join(Environment.NewLine, problems), innerException) => (Kind, Problems) = (kind, problems);

    internal DvcException(string problem, Exception? innerException = null)
        : this(DvcErrorKind.BadInput, [problem], innerException)
    {
    }

    internal DvcException(DvcErrorKind kind, string problem, Exception? innerException = null)
        : this(kind, [problem], innerException)
    {
    }

    /// <summary>Gets what can be done about it.</summary>
    public DvcErrorKind Kind { get; }

    /// <summary>Gets every problem found, not only the first: each says what was expected, what is there and what to do.</summary>
    public ImmutableArray<string> Problems { get; }
}
