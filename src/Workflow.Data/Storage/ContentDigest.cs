using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;

namespace Workflow.Data.Storage;

/// <summary>The SHA-256 of some bytes: the identity of everything that the suite stores. Immutable.</summary>
/// <remarks>Written <c>sha256:</c> and 64 lower-case hexadecimal digits. The default value is no digest and equals only itself.</remarks>
public readonly struct ContentDigest : IEquatable<ContentDigest>
{
    private const string Prefix = "sha256:";
    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");
    private readonly UInt128 _high;
    private readonly UInt128 _low;

    private ContentDigest(UInt128 high, UInt128 low) => (_high, _low) = (high, low);

    /// <summary>Gets the 64 lower-case hexadecimal digits.</summary>
    public string Hex => string.Create(CultureInfo.InvariantCulture, $"{_high:x32}{_low:x32}");

    /// <summary>Gets the first half of the hash: an order that differs from digest to digest.</summary>
    internal UInt128 Leading => _high;

    /// <summary>Digests bytes in memory.</summary>
    /// <param name="content">Any bytes, also none.</param>
    public static ContentDigest Of(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        return FromHash(hash);
    }

    /// <summary>Digests a stream from its position to its end.</summary>
    /// <param name="content">Read, not disposed.</param>
    /// <param name="cancellationToken">Observed between reads.</param>
    public static async ValueTask<ContentDigest> OfAsync(Stream content, CancellationToken cancellationToken = default) =>
        FromHash(await SHA256.HashDataAsync(content, cancellationToken).ConfigureAwait(false));

    /// <summary>Takes a finished SHA-256 hash.</summary>
    /// <param name="hash">Exactly 32 bytes.</param>
    public static ContentDigest FromHash(ReadOnlySpan<byte> hash)
    {
        if (hash.Length != SHA256.HashSizeInBytes)
        {
            throw new ArgumentException($"A SHA-256 hash has {SHA256.HashSizeInBytes} bytes, got {hash.Length}.", nameof(hash));
        }

        return new ContentDigest(BinaryPrimitives.ReadUInt128BigEndian(hash), BinaryPrimitives.ReadUInt128BigEndian(hash[16..]));
    }

    /// <summary>Writes the 32 bytes of the hash.</summary>
    /// <param name="target">At least 32 bytes.</param>
    internal void CopyTo(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt128BigEndian(target, _high);
        BinaryPrimitives.WriteUInt128BigEndian(target[16..], _low);
    }

    /// <summary>Reads the written form, with or without <c>sha256:</c>.</summary>
    /// <param name="text">For example <c>sha256:e3b0c442…</c>; lower-case digits only.</param>
    /// <param name="digest">The digest, when the text is one.</param>
    /// <returns>Whether the text is a digest.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out ContentDigest digest)
    {
        digest = default;
        var hex = text is null ? default : text.StartsWith(Prefix, StringComparison.Ordinal) ? text.AsSpan(Prefix.Length) : text.AsSpan();
        if (hex.Length != 64 || hex.ContainsAnyExcept(LowerHex))
        {
            return false;
        }

        digest = FromHash(Convert.FromHexString(hex));
        return true;
    }

    /// <summary>Reads the written form.</summary>
    /// <param name="text">For example <c>sha256:e3b0c442…</c>.</param>
    /// <exception cref="FormatException">The text is not a digest.</exception>
    public static ContentDigest Parse(string text) => TryParse(text, out var digest)
        ? digest
        : throw new FormatException($"Expected 'sha256:' and 64 lower-case hexadecimal digits, got '{text}'.");

    /// <inheritdoc/>
    public bool Equals(ContentDigest other) => _high == other._high && _low == other._low;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ContentDigest other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _low.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => Prefix + Hex;

    /// <summary>Compares two digests.</summary>
    public static bool operator ==(ContentDigest left, ContentDigest right) => left.Equals(right);

    /// <summary>Compares two digests.</summary>
    public static bool operator !=(ContentDigest left, ContentDigest right) => !left.Equals(right);
}
