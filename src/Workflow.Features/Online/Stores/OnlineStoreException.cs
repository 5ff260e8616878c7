namespace Workflow.Features.Online.Stores;

/// <summary>An online store did not do what was asked.</summary>
public sealed class OnlineStoreException : Exception
{
    /// <summary>Describes what is wrong.</summary>
    /// <param name="fault">Why.</param>
    /// <param name="message">What was expected, what was found, what to do.</param>
    /// <param name="innerException">What the store's client said; null for nothing.</param>
    public OnlineStoreException(OnlineStoreFault fault, string message, Exception? innerException = null)
        : base(message, innerException) => Fault = fault;

    /// <summary>Gets why.</summary>
    public OnlineStoreFault Fault { get; }

    /// <summary>Gets whether the same call may succeed later.</summary>
    public bool IsTransient => Fault == OnlineStoreFault.Unreachable;
}
