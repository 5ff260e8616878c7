using Amazon.Runtime;
using Amazon.S3;

namespace Workflow.Data.S3;

/// <summary>Says what a failure of the client means, and what to do.</summary>
internal static class S3Faults
{
    private static readonly string[] Refusals = ["AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken", "TokenRefreshRequired", "Forbidden", "AuthorizationHeaderMalformed"];

    public static bool IsMissing(AmazonS3Exception exception) => exception.ErrorCode is "NoSuchKey" or "NotFound" || (exception.ErrorCode is null or "" && exception.StatusCode == System.Net.HttpStatusCode.NotFound);

    public static bool IsPresent(AmazonS3Exception exception) => exception.StatusCode is System.Net.HttpStatusCode.PreconditionFailed || exception.ErrorCode is "PreconditionFailed" or "ConditionalRequestConflict";

    /// <summary>Makes an <see cref="IOException"/> of whatever the client throws; null for what is not its doing.</summary>
    public static IOException? Explain(Exception exception, string location, string what)
    {
        var problem = exception switch
        {
            AmazonS3Exception { ErrorCode: "NoSuchBucket" } => "there is no such bucket. Create it, or correct the address.",
            AmazonS3Exception s3 when Refusals.Contains(s3.ErrorCode, StringComparer.Ordinal) || s3.StatusCode is System.Net.HttpStatusCode.Forbidden or System.Net.HttpStatusCode.Unauthorized =>
                $"the credentials are refused ({s3.ErrorCode ?? s3.StatusCode.ToString()}). Check the key, its secret, the region and its rights.",
            AmazonS3Exception s3 => $"the server answered {(int)s3.StatusCode} {s3.ErrorCode}: {s3.Message}",
            AmazonServiceException or AmazonClientException or HttpRequestException => $"the server cannot be reached or no credentials were found: {Innermost(exception)} Check the endpoint, the network and the credentials.",
            TimeoutException or OperationCanceledException => "the server did not answer in time. Try again, or allow it more time.",
            _ => null,
        };
        return problem is null ? null : new IOException($"{what} in '{location}': {problem}", exception);
    }

    private static string Innermost(Exception exception) => exception.InnerException is { } inner && exception.InnerException is not AggregateException ? Innermost(inner) : exception.Message.TrimEnd('.') + ".";
}
