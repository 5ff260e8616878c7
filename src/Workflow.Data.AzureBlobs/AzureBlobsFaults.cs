using Azure;

namespace Workflow.Data.AzureBlobs;

/// <summary>Says what a failure of the client means, and what to do.</summary>
internal static class AzureBlobsFaults
{
    private static readonly string[] Refusals = ["AuthenticationFailed", "AuthorizationFailure", "AuthorizationPermissionMismatch", "InvalidAuthenticationInfo", "NoAuthenticationInformation", "AuthorizationSourceIPMismatch"];

    public static bool IsMissing(RequestFailedException exception) => exception.ErrorCode is "BlobNotFound" or "ResourceNotFound" || (string.IsNullOrEmpty(exception.ErrorCode) && exception.Status == 404);

    public static bool IsPresent(RequestFailedException exception) => exception.ErrorCode is "BlobAlreadyExists" or "ConditionNotMet" || exception.Status == 412;

    /// <summary>Makes an <see cref="IOException"/> of whatever the client throws; null for what is not its doing.</summary>
    public static IOException? Explain(Exception exception, string location, string what)
    {
        var problem = exception switch
        {
            RequestFailedException { ErrorCode: "ContainerNotFound" or "ContainerBeingDeleted" } => "there is no such container. Create it, or correct the address.",
            RequestFailedException refused when Refusals.Contains(refused.ErrorCode, StringComparer.Ordinal) || refused.Status is 401 or 403 =>
                $"the credentials are refused ({refused.ErrorCode ?? refused.Status.ToString(System.Globalization.CultureInfo.InvariantCulture)}). Check the account, its key or signature, and their rights.",
            RequestFailedException { Status: > 0 } failed => $"the server answered {failed.Status} {failed.ErrorCode}.",
            RequestFailedException or HttpRequestException => $"the server cannot be reached: {Innermost(exception)} Check the endpoint and the network.",
            AggregateException many when many.InnerExceptions.All(static e => e is RequestFailedException { Status: 0 } or HttpRequestException) => $"the server cannot be reached: {Innermost(many.InnerExceptions[0])} Check the endpoint and the network.",
            TimeoutException or OperationCanceledException => "the server did not answer in time. Try again, or allow it more time.",
            AggregateException many when many.InnerExceptions.All(static e => e is OperationCanceledException) => "the server did not answer in time. Try again, or allow it more time.",
            _ => null,
        };
        return problem is null ? null : new IOException($"{what} in '{location}': {problem}", exception);
    }

    private static string Innermost(Exception exception) => exception.InnerException is { } inner ? Innermost(inner) : exception.Message.TrimEnd('.') + ".";
}
