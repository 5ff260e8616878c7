using Workflow.Repository;

namespace Workflow.Architecture.Tests;

/// <summary>Folders are concepts, files are short, a folder is a namespace.</summary>
public sealed class RoomTests
{
    private static readonly string[] Banned =
    [
        "Helper", "Helpers", "Util", "Utils", "Utilities", "Manager", "Managers", "Models", "Common", "Shared", "Misc", "Core",
        "Internal", "Internals", "Extensions", "Services", "Interfaces", "Enums", "DTOs",
    ];

    private static readonly string[] Roots = ["src", "tests", "samples", "benchmarks", "eng"];

    public static TheoryData<string> Products => Product.Names;

    [Fact]
    public void No_folder_is_named_by_kind()
    {
        var rooms = Roots.SelectMany(root => SourceFiles(root))
            .SelectMany(file => Path.GetDirectoryName(file)!.Split(Path.DirectorySeparatorChar))
            .Distinct();
        Assert.Empty(rooms.Intersect(Banned, StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public void No_file_has_more_than_400_lines()
    {
        var tooLong = Roots.SelectMany(root => SourceFiles(root))
            .Select(file => (File: file, Lines: File.ReadLines(Path.Combine(SharedFolder.RepositoryRoot, file)).Count()))
            .Where(f => f.Lines > 400)
            .Select(f => $"{f.File}: {f.Lines}");
        Assert.Empty(tooLong);
    }

    [Theory]
    [MemberData(nameof(Products))]
    public void Folders_are_at_most_two_levels_deep(string name)
    {
        var product = Product.Named(name);
        Assert.DoesNotContain(product.Sources.Select(file => Path.GetRelativePath(product.Folder, file)), file => file.Split(Path.DirectorySeparatorChar).Length > 3);
    }

    [Theory]
    [MemberData(nameof(Products))]
    public void A_namespace_is_its_folder(string name)
    {
        var product = Product.Named(name);
        var wrong = new List<string>();
        foreach (var file in product.Sources)
        {
            var declared = File.ReadLines(file).FirstOrDefault(line => line.StartsWith("namespace ", StringComparison.Ordinal))?["namespace ".Length..].TrimEnd(';');
            var room = Path.GetRelativePath(product.Folder, Path.GetDirectoryName(file)!).Replace(Path.DirectorySeparatorChar, '.');
            var expected = room == "." ? product.Name : $"{product.Name}.{room}";

            // Registration and mapping live where hosts find them without a using.
            if (declared is not null && declared != expected && declared is not ("Microsoft.Extensions.DependencyInjection" or "Microsoft.AspNetCore.Builder"))
            {
                wrong.Add($"{file}: {declared}, expected {expected}");
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void No_source_holds_a_stub_or_a_note_to_do()
    {
        string[] marks = ["NotImplemented" + "Exception", "TO" + "DO", "FIX" + "ME", "HA" + "CK:"];
        var found = Roots.SelectMany(root => SourceFiles(root))
            .Where(file => File.ReadAllText(Path.Combine(SharedFolder.RepositoryRoot, file)) is var text && marks.Any(mark => text.Contains(mark, StringComparison.Ordinal)));
        Assert.Empty(found);
    }

    private static IEnumerable<string> SourceFiles(string root)
    {
        var folder = Path.Combine(SharedFolder.RepositoryRoot, root);
        return Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(SharedFolder.RepositoryRoot, file))
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "artifacts"));
    }
}
