using System.Text;

namespace Workflow.Data.Storage;

/// <summary>The rule for names of blobs, which every <see cref="IBlobStore"/> applies before it touches anything.</summary>
public static class BlobName
{
    /// <summary>The longest name, in bytes of UTF-8.</summary>
    public const int MaximumBytes = 1024;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Refuses what is no name: empty, absolute, too long, with an empty part, <c>.</c>, <c>..</c>, a backslash or a control character.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="ArgumentException">It is none; says why.</exception>
    public static void Check(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (Problem(name, isPrefix: false) is { } problem)
        {
            throw new ArgumentException($"'{Printable(name)}' is no name of a blob: {problem}.", nameof(name));
        }
    }

    /// <summary>Refuses what no name can begin with.</summary>
    /// <param name="prefix">The beginning of names; may be empty.</param>
    /// <exception cref="ArgumentException">No name begins like that; says why.</exception>
    public static void CheckPrefix(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        if (prefix.Length > 0 && Problem(prefix, isPrefix: true) is { } problem)
        {
            throw new ArgumentException($"No name of a blob begins with '{Printable(prefix)}': {problem}.", nameof(prefix));
        }
    }

    /// <summary>Tells whether a text is a name: what a foreign store lists beside ours may be none.</summary>
    /// <param name="name">The text.</param>
    public static bool IsValid(string? name) => name is not null && Problem(name, isPrefix: false) is null;

    private static string? Problem(string name, bool isPrefix)
    {
        var bytes = 0;
        try
        {
            bytes = StrictUtf8.GetByteCount(name);
        }
        catch (EncoderFallbackException)
        {
            return "it holds half of a surrogate pair";
        }

        if (bytes is 0 or > MaximumBytes)
        {
            return $"it has {bytes} bytes, from 1 to {MaximumBytes} are allowed";
        }

        if (name.AsSpan().ContainsAnyInRange('\0', '\u001F') || name.AsSpan().ContainsAnyInRange('\u007F', '\u009F') || name.Contains('\\', StringComparison.Ordinal))
        {
            return "it holds a control character or a backslash";
        }

        var parts = name.Split('/');
        for (var i = 0; i < parts.Length; i++)
        {
            // The last part of a prefix may go on.
            if (parts[i] is "" or "." or ".." && !(isPrefix && i == parts.Length - 1))
            {
                return "a part of it is empty, '.' or '..'";
            }
        }

        return null;
    }

    private static string Printable(string name) => string.Concat((name.Length > 100 ? name[..100] + "…" : name).Select(static c => char.IsControl(c) || char.IsSurrogate(c) ? '\uFFFD' : c));
}
