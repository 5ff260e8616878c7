using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Workflow.Data.Registry.Webhooks;

/// <summary>Signs deliveries and checks them, as the Standard Webhooks specification says, so that receivers in any language have a library.</summary>
/// <remarks>
/// Headers: <c>webhook-id</c>, <c>webhook-timestamp</c> (seconds since 1970) and <c>webhook-signature</c>, which is <c>v1,</c> and the base64
/// of HMAC-SHA256 over <c>{id}.{timestamp}.{body}</c>.
/// </remarks>
public static class WebhookSignature
{
    /// <summary>The header with the delivery's id, equal for every attempt: a receiver that has seen it drops the repetition.</summary>
    public const string IdHeader = "webhook-id";

    /// <summary>The header with the moment of the attempt, in seconds since 1970.</summary>
    public const string TimestampHeader = "webhook-timestamp";

    /// <summary>The header with the signature.</summary>
    public const string SignatureHeader = "webhook-signature";

    internal const int LeastKeyLength = 24;
    private const string Version = "v1,";
    private const string EncodedPrefix = "whsec_";

    /// <summary>Tells whether a delivery is authentic and fresh. For receivers.</summary>
    /// <param name="secret">The secret that sender and receiver share, in the form of <see cref="WebhookOptions.Secrets"/>.</param>
    /// <param name="headers">Gives the value of a header by its name, or null.</param>
    /// <param name="body">The bytes of the body, as they came.</param>
    /// <param name="clock">The receiver's clock: the moment of the attempt must lie within 5 minutes of it, so that an old delivery cannot be replayed.</param>
    public static bool Verify(string secret, Func<string, string?> headers, ReadOnlySpan<byte> body, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(headers);
        ArgumentNullException.ThrowIfNull(clock);
        if (KeyOf(secret) is not { Length: >= LeastKeyLength } key)
        {
            throw new ArgumentException($"A secret has at least {LeastKeyLength} bytes.", nameof(secret));
        }

        if (headers(IdHeader) is not { } id || headers(SignatureHeader) is not { } signatures
            || !long.TryParse(headers(TimestampHeader), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || Math.Abs(clock.GetUtcNow().ToUnixTimeSeconds() - seconds) > 300)
        {
            return false;
        }

        // Several signatures, separated by blanks, while a secret is being changed.
        var expected = Encoding.ASCII.GetBytes(Sign(key, id, seconds, body));
        return signatures.Split(' ').Any(s => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(s), expected));
    }

    internal static byte[]? KeyOf(string? secret)
    {
        if (secret is null || !secret.StartsWith(EncodedPrefix, StringComparison.Ordinal))
        {
            return secret is null ? null : Encoding.UTF8.GetBytes(secret);
        }

        var key = new byte[secret.Length];
        return Convert.TryFromBase64String(secret[EncodedPrefix.Length..], key, out var length) ? key[..length] : null;
    }

    internal static string Sign(byte[] key, string id, long seconds, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hmac.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{seconds}.")));
        hmac.AppendData(body);
        return Version + Convert.ToBase64String(hmac.GetHashAndReset());
    }
}
