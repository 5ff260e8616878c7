using System.Collections.Immutable;

namespace Workflow.Data.Versioning.Configuration;

/// <summary>The value of a setting: a text or, where it holds a comma outside quotes, a list of texts.</summary>
/// <param name="Items">One for a text.</param>
/// <param name="IsList">Whether it was written as a list.</param>
internal readonly record struct ConfigValue(ImmutableArray<string> Items, bool IsList)
{
    /// <summary>Gets the text; the items of a list joined by commas.</summary>
    public string Text => string.Join(',', Items);

    public static ConfigValue Of(string text) => new([text], IsList: false);
}
