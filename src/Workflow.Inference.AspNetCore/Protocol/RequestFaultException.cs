namespace Workflow.Inference.AspNetCore.Protocol;

/// <summary>A request that cannot be served, with everything that is wrong with it.</summary>
internal sealed class RequestFaultException(int status, string message) : Exception(message)
{
    public int Status { get; } = status;
}
