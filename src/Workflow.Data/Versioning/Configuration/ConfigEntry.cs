namespace Workflow.Data.Versioning.Configuration;

/// <summary>One <c>key = value</c> of a settings file.</summary>
internal sealed class ConfigEntry
{
    /// <summary>Gets the key, in lower case.</summary>
    public required string Key { get; init; }

    public required ConfigValue Value { get; init; }

    /// <summary>Gets the line on which it begins, from 1; 0 for one that is new.</summary>
    public int Line { get; init; }

    /// <summary>Gets the comments and empty lines before it.</summary>
    public IReadOnlyList<string> Above { get; init; } = [];

    /// <summary>Gets its own lines as they were written; empty for one that is new or changed.</summary>
    public IReadOnlyList<string> Written { get; init; } = [];

    /// <summary>Gets the comment behind it, with the spaces before it.</summary>
    public string Comment { get; init; } = "";

    public string Indent { get; init; } = "    ";

    /// <summary>The same entry with another value: what is around it stays.</summary>
    public ConfigEntry With(ConfigValue value) => new() { Key = Key, Value = value, Line = Line, Above = Above, Comment = Comment, Indent = Indent };
}
