using System.Collections.Immutable;
using System.Xml.Linq;
using Workflow.Repository;

namespace Workflow.Architecture.Tests;

/// <summary>One project below <c>src</c>, as its files describe it.</summary>
internal sealed record Product(string Name, string Folder, ImmutableArray<string> ProjectReferences, ImmutableArray<string> PackageReferences)
{
    public static ImmutableArray<Product> All { get; } =
    [
        .. Directory.EnumerateFiles(Path.Combine(SharedFolder.RepositoryRoot, "src"), "*.csproj", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(Read),
    ];

    public IEnumerable<string> Sources => Directory.EnumerateFiles(Folder, "*.cs", SearchOption.AllDirectories);

    public static TheoryData<string> Names => [.. All.Select(p => p.Name)];

    public static Product Named(string name) => All.Single(p => p.Name == name);

    private static Product Read(string path)
    {
        var project = XDocument.Load(path);
        return new Product(
            Path.GetFileNameWithoutExtension(path),
            Path.GetDirectoryName(path)!,
            [.. project.Descendants("ProjectReference").Select(e => Path.GetFileNameWithoutExtension((string)e.Attribute("Include")!))],
            [.. project.Descendants("PackageReference").Select(e => (string)e.Attribute("Include")!)]);
    }
}
