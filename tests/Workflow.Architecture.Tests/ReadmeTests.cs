using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Workflow.Repository;

namespace Workflow.Architecture.Tests;

/// <summary>The C# in every README and guide compiles against the built packages.</summary>
public sealed class ReadmeTests
{
    private const string ImplicitUsings =
        """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using Microsoft.AspNetCore.Builder;
        global using Microsoft.AspNetCore.Http;
        global using Microsoft.Extensions.DependencyInjection;
        global using Microsoft.Extensions.Hosting;
        """;

    // What a snippet may take for granted: the variables of a host that every .NET developer knows.
    private const string Host =
        """
        var builder = WebApplication.CreateBuilder();
        var services = builder.Services;
        var app = builder.Build();
        CancellationToken cancellationToken = default;
        _ = (builder, services, app, cancellationToken);
        """;

    public static TheoryData<string> Snippets
    {
        get
        {
            var data = new TheoryData<string>();
            var root = SharedFolder.RepositoryRoot;
            string[] documents =
            [
                .. Directory.EnumerateFiles(root, "*.md"),
                .. new[] { "benchmarks", "samples", "src" }.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(root, folder), "*.md", SearchOption.AllDirectories)),
            ];
            foreach (var document in documents.Order(StringComparer.Ordinal))
            {
                var relative = Path.GetRelativePath(root, document);
                foreach (var number in Enumerable.Range(0, Blocks(relative).Count))
                {
                    data.Add($"{relative}#{number}");
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Snippets))]
    public void Code_compiles(string snippet)
    {
        var mark = snippet.LastIndexOf('#');
        var code = Blocks(snippet[..mark])[int.Parse(snippet[(mark + 1)..], System.Globalization.CultureInfo.InvariantCulture)];
        var errors = Compile(code);
        if (errors.Count > 0)
        {
            // A snippet may use the host's variables, and then not declare them itself.
            var usings = string.Join('\n', code.Split('\n').Where(line => line.StartsWith("using ", StringComparison.Ordinal) && line.TrimEnd().EndsWith(';') && !line.Contains('(', StringComparison.Ordinal) && !line.Contains('=', StringComparison.Ordinal)));
            var rest = string.Join('\n', code.Split('\n').Where(line => !usings.Split('\n').Contains(line)));
            var hosted = Compile($"{usings}\n{Host}\n{rest}");
            Assert.True(hosted.Count == 0, $"{snippet}\nAlone:\n{string.Join('\n', errors)}\nWith a host's variables:\n{string.Join('\n', hosted)}\n\n{code}");
        }
    }

    [Theory]
    [MemberData(nameof(Products))]
    public void Every_package_shows_code(string name) =>
        Assert.True(Blocks(Path.Combine("src", name, "README.md")).Count > 0 || name == "Workflow.Cli", $"src/{name}/README.md has no C#.");

    public static TheoryData<string> Products => Product.Names;

    private static List<string> Compile(string code)
    {
        var options = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Latest);
        var compilation = CSharpCompilation.Create(
            "Snippet",
            [CSharpSyntaxTree.ParseText(ImplicitUsings, options), CSharpSyntaxTree.ParseText(code, options)],
            References.Value,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        return [.. compilation.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.ToString())];
    }

    private static readonly Lazy<IReadOnlyList<MetadataReference>> References = new(() =>
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path))]);

    private static List<string> Blocks(string document)
    {
        var blocks = new List<string>();
        List<string>? open = null;
        foreach (var line in File.ReadLines(Path.Combine(SharedFolder.RepositoryRoot, document)))
        {
            if (open is null && line.Trim() == "```csharp")
            {
                open = [];
            }
            else if (open is not null && line.Trim() == "```")
            {
                blocks.Add(string.Join('\n', open));
                open = null;
            }
            else
            {
                open?.Add(line);
            }
        }

        return blocks;
    }
}
