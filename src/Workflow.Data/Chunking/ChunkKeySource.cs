using System.Security.Cryptography;

namespace Workflow.Data.Chunking;

/// <summary>Reads the key of a chunk store from where the settings say it is. No message holds a part of it.</summary>
internal static class ChunkKeySource
{
    private const int MaximumFileBytes = 4096;
    private const string Expected = "expected 32 bytes, 64 hexadecimal digits, or 32 bytes in base64";

    public static async ValueTask<ReadOnlyMemory<byte>> ReadFileAsync(string path, CancellationToken cancellationToken)
    {
        byte[] content;
        try
        {
            content = new FileInfo(path).Length <= MaximumFileBytes ? await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Problem($"The file '{path}', which is to hold the key of the chunk store, cannot be read: {e.Message}", e);
        }

        try
        {
            return content.Length == ChunkKeys.KeyLength ? content.ToArray()
                : Parse(System.Text.Encoding.ASCII.GetString(content)) ?? throw Problem($"The file '{path}' holds no key of a chunk store: {Expected}.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    public static ReadOnlyMemory<byte> ReadVariable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text
        ? Parse(text) ?? throw Problem($"The environment variable '{name}' holds no key of a chunk store: {Expected}.")
        : throw Problem($"The environment variable '{name}', which is to hold the key of the chunk store, is not set.");

    private static byte[]? Parse(string text)
    {
        text = text.Trim();
        if (text.Length == 2 * ChunkKeys.KeyLength && text.All(char.IsAsciiHexDigit))
        {
            return Convert.FromHexString(text);
        }

        var key = new byte[ChunkKeys.KeyLength];
        return text.Length == 44 && Convert.TryFromBase64String(text, key, out var written) && written == key.Length ? key : null;
    }

    private static ChunkStoreException Problem(string message, Exception? cause = null) => new(ChunkProblem.Key, ManifestFormat.Prefix, message, cause);
}
