namespace Workflow.Features.Views;

/// <summary>Names of views, features and services: they become column names, file names and keys.</summary>
internal static class DefinitionName
{
    public const string Rule = "1 to 63 lower-case letters, digits and underscores, beginning with a letter";

    public static bool IsValid(string name) =>
        name.Length is > 0 and <= 63 && char.IsAsciiLetterLower(name[0]) && name.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_');
}
