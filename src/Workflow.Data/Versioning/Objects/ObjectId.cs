namespace Workflow.Data.Versioning.Objects;

/// <summary>The name of an object in a cache or remote.</summary>
/// <param name="Md5">Its content's hash.</param>
/// <param name="IsFolder">Whether it is a list of files (<c>.dir</c>).</param>
/// <param name="IsLegacy">Whether it is of DVC 2.x.</param>
internal readonly record struct ObjectId(Md5Hash Md5, bool IsFolder, bool IsLegacy)
{
    /// <summary>Gets the name: 32 digits, and <c>.dir</c> for a list.</summary>
    public string Name => IsFolder ? Md5 + DirectoryObject.Suffix : Md5.ToString();

    public static bool TryParse(string name, bool isLegacy, out ObjectId id)
    {
        var isFolder = name.EndsWith(DirectoryObject.Suffix, StringComparison.Ordinal);
        var isHash = Md5Hash.TryParse(isFolder ? name.AsSpan(0, name.Length - DirectoryObject.Suffix.Length) : name, out var md5);
        id = new ObjectId(md5, isFolder, isLegacy);
        return isHash;
    }
}
