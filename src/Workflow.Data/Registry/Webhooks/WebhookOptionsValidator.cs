using Microsoft.Extensions.Options;

namespace Workflow.Data.Registry.Webhooks;

internal sealed class WebhookOptionsValidator : IValidateOptions<WebhookOptions>
{
    public ValidateOptionsResult Validate(string? name, WebhookOptions options)
    {
        var failures = new ValidateOptionsResultBuilder();
        foreach (var (property, problem) in Problems(options))
        {
            failures.AddError(problem, property);
        }

        return failures.Build();
    }

    public static void Require(WebhookOptions options)
    {
        var problems = Problems(options).Select(p => $"{p.Property}: {p.Problem}").ToList();
        if (problems.Count > 0)
        {
            throw new ArgumentException(string.Join(" ", problems), nameof(options));
        }
    }

    private static IEnumerable<(string Property, string Problem)> Problems(WebhookOptions options)
    {
        foreach (var host in options.AllowedHosts)
        {
            if (Uri.CheckHostName(host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host) == UriHostNameType.Unknown)
            {
                yield return (nameof(options.AllowedHosts), $"'{host}' is no host: expected for example hooks.example.com or *.example.com.");
            }
        }

        foreach (var (secret, text) in options.Secrets)
        {
            if (WebhookSignature.KeyOf(text) is not { Length: >= WebhookSignature.LeastKeyLength })
            {
                yield return (nameof(options.Secrets), $"The secret '{secret}' is no base64 after 'whsec_', or has fewer than {WebhookSignature.LeastKeyLength} bytes.");
            }
        }

        if (options.MaxAttempts is < 1 or > 100)
        {
            yield return (nameof(options.MaxAttempts), $"{options.MaxAttempts} is not from 1 to 100.");
        }

        foreach (var (property, value, least, most) in new[]
        {
            (nameof(options.FirstPause), options.FirstPause, TimeSpan.FromTicks(1), options.LongestPause),
            (nameof(options.LongestPause), options.LongestPause, TimeSpan.FromTicks(1), TimeSpan.FromDays(7)),
            (nameof(options.Timeout), options.Timeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5)),
            (nameof(options.Interval), options.Interval, TimeSpan.FromSeconds(0.1), TimeSpan.FromHours(1)),
            (nameof(options.Retention), options.Retention, TimeSpan.FromHours(1), TimeSpan.MaxValue),
        })
        {
            if (value < least || value > most)
            {
                yield return (property, $"{value} is not from {least} to {most}.");
            }
        }
    }
}
