using System.Collections.Immutable;
using System.IO.Compression;
using System.Xml.Linq;
using Workflow.Repository;

namespace Workflow.Packages.Tests;

/// <summary>A package as <c>dotnet pack</c> left it in <c>artifacts/package/release</c>.</summary>
internal sealed record PackedPackage(string Path, string Id, string Version, XElement Metadata, ImmutableArray<string> Files)
{
    public static string Folder { get; } = System.IO.Path.Combine(SharedFolder.RepositoryRoot, "artifacts", "package", "release");

    /// <summary>Every packed package; skips the test where nothing was packed.</summary>
    public static ImmutableArray<PackedPackage> All()
    {
        var paths = Directory.Exists(Folder) ? Directory.GetFiles(Folder, "*.nupkg") : [];
        Assert.SkipWhen(paths.Length == 0, "needs the packed packages: run 'dotnet pack Workflow.sln -c Release' first");
        return [.. paths.Order(StringComparer.Ordinal).Select(Read)];
    }

    public IEnumerable<string> Dependencies => Metadata.Descendants().Where(e => e.Name.LocalName == "dependency").Select(e => (string)e.Attribute("id")!);

    public string Text(string element) => Metadata.Elements().FirstOrDefault(e => e.Name.LocalName == element)?.Value ?? "";

    private static PackedPackage Read(string path)
    {
        using var archive = ZipFile.OpenRead(path);
        var entry = archive.Entries.Single(e => e.FullName.EndsWith(".nuspec", StringComparison.Ordinal));
        using var stream = entry.Open();
        var metadata = XDocument.Load(stream).Root!.Elements().Single(e => e.Name.LocalName == "metadata");
        return new PackedPackage(
            path,
            metadata.Elements().Single(e => e.Name.LocalName == "id").Value,
            metadata.Elements().Single(e => e.Name.LocalName == "version").Value,
            metadata,
            [.. archive.Entries.Select(e => e.FullName)]);
    }
}
