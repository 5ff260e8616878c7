using System.Collections.Immutable;

namespace Workflow.Features.Views;

/// <summary>What features describe, and the columns that identify it. Immutable.</summary>
/// <remarks>A row with a null in any key column belongs to no entity: it never joins, and its features are null.</remarks>
public sealed class Entity
{
    /// <summary>Names an entity.</summary>
    /// <param name="name">For example <c>route</c>.</param>
    /// <param name="keys">Its key columns, at least one, with distinct names.</param>
    public Entity(string name, params ImmutableArray<EntityKey> keys)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (keys.IsDefaultOrEmpty || keys.Select(static k => k.Name).Distinct(StringComparer.Ordinal).Count() != keys.Length)
        {
            throw new ArgumentException($"Entity '{name}' needs one or more key columns with distinct names, got [{string.Join(", ", keys.IsDefault ? [] : keys.Select(static k => k.Name))}].", nameof(keys));
        }

        (Name, Keys) = (name, keys);
    }

    private Entity(string name) => (Name, Keys) = (name, []);

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <summary>Gets the key columns.</summary>
    public ImmutableArray<EntityKey> Keys { get; }

    /// <summary>Names the one entity without keys, to which every row of a source and of a label table belongs.</summary>
    /// <param name="name">For example <c>market</c>.</param>
    public static Entity WithoutKeys(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return new Entity(name);
    }
}
