namespace Workflow.Data.Metadata;

/// <summary>A lease has expired, was released, or has been taken over: its former holder must stop.</summary>
/// <remarks>Not transient: acquire the lease again and look at the state anew before going on.</remarks>
public sealed class LeaseLostException : Exception
{
    /// <summary>Describes the loss.</summary>
    /// <param name="name">The lease's name.</param>
    /// <param name="token">The fencing token that is no longer current.</param>
    public LeaseLostException(string name, long token)
        : base($"The lease '{name}' with token {token} is no longer held. Acquire it again and read the current state before writing.") =>
        (Name, Token) = (name, token);

    /// <summary>Gets the lease's name.</summary>
    public string Name { get; }

    /// <summary>Gets the fencing token that is no longer current.</summary>
    public long Token { get; }
}
