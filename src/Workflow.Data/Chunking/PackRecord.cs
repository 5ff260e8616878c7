using Workflow.Data.Storage;

namespace Workflow.Data.Chunking;

/// <summary>What manifests say of a pack: enough to read its index with one request.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Length">Of the whole blob.</param>
/// <param name="Count">How many chunks it has.</param>
internal sealed record PackRecord(ContentDigest Id, long Length, int Count)
{
    public string BlobName => NameOf(Id);

    public static string NameOf(ContentDigest id) => $"{PackFormat.Prefix}{id.Hex.AsSpan(0, 2)}/{id.Hex.AsSpan(2)}";

    public static bool TryParseName(string name, out ContentDigest id)
    {
        id = default;
        return name.Length == PackFormat.Prefix.Length + 65
            && name.StartsWith(PackFormat.Prefix, StringComparison.Ordinal)
            && name[PackFormat.Prefix.Length + 2] == '/'
            && ContentDigest.TryParse(name.Remove(PackFormat.Prefix.Length + 2, 1)[PackFormat.Prefix.Length..], out id);
    }
}
