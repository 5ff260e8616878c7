using System.Collections.Immutable;
using Workflow.Features.Views;

namespace Workflow.Features.Definitions;

/// <summary>What a file of definitions says: the same objects that the C# builders make, with the same digests. Immutable.</summary>
/// <remarks>The form of the file is <see cref="JsonSchema"/>. A source's name is its path as the file writes it, or the name under which a host binds it.</remarks>
public sealed class FeatureDefinitions
{
    /// <summary>How many bytes a file may have: 4 MiB.</summary>
    public const int MaximumBytes = 4 << 20;

    internal FeatureDefinitions(ImmutableArray<Entity> entities, ImmutableArray<FeatureView> views, ImmutableArray<FeatureService> services, ImmutableSortedDictionary<string, string> sourcePaths) =>
        (Entities, Views, Services, SourcePaths) = (entities, views, services, sourcePaths);

    /// <summary>Gets the entities, in the order of the file.</summary>
    public ImmutableArray<Entity> Entities { get; }

    /// <summary>Gets the views, in the order of the file.</summary>
    public ImmutableArray<FeatureView> Views { get; }

    /// <summary>Gets the services, in the order of the file.</summary>
    public ImmutableArray<FeatureService> Services { get; }

    /// <summary>Gets the files of sources, by the name of the source; relative ones are relative to the file of definitions.</summary>
    public ImmutableSortedDictionary<string, string> SourcePaths { get; }

    /// <summary>Gives the JSON Schema (draft 2020-12) of such files.</summary>
    public static string JsonSchema()
    {
        using var stream = typeof(FeatureDefinitions).Assembly.GetManifestResourceStream("Workflow.Features.Definitions.features.schema.json")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">YAML, or JSON, which is YAML too.</param>
    /// <param name="cancellationToken">Passed to reading.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DefinitionException">The file cannot be used; every fault is listed with its line.</exception>
    public static async Task<FeatureDefinitions> ReadAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (new FileInfo(path) is { Exists: true, Length: > MaximumBytes and var length })
        {
            throw new DefinitionException(path, [new DefinitionFault(1, "", $"expected at most {MaximumBytes} bytes, got {length}")]);
        }

        return Parse(await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false), path);
    }

    /// <summary>Reads a text.</summary>
    /// <param name="text">YAML, or JSON, which is YAML too.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="DefinitionException">The text cannot be used; every fault is listed with its line.</exception>
    public static FeatureDefinitions Parse(string text, string name)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(name);
        var faults = new List<DefinitionFault>();
        var definitions = DefinitionParser.Parse(text, faults) is { } root ? new DefinitionReader(faults).Read(root) : null;
        return faults.Count == 0 && definitions is not null
            ? definitions
            : throw new DefinitionException(name, [.. faults.OrderBy(static f => f.Line)]);
    }
}
