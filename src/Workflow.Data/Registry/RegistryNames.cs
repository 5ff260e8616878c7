using System.Globalization;
using System.Text.RegularExpressions;

namespace Workflow.Data.Registry;

/// <summary>What models, aliases, actors and reasons may be called.</summary>
internal static partial class RegistryNames
{
    public static void RequireModel(string? name, string parameter)
    {
        if (name is null || !Name().IsMatch(name))
        {
            throw new ArgumentException(
                $"'{name}' is no model name: expected letters, digits, '.', '_' and '-', beginning with a letter or digit, at most 255.", parameter);
        }
    }

    public static void RequireAlias(string? alias, string parameter)
    {
        if (alias is null || !Name().IsMatch(alias))
        {
            throw new ArgumentException(
                $"'{alias}' is no alias: expected letters, digits, '.', '_' and '-', beginning with a letter or digit, at most 255.", parameter);
        }

        if (alias.Equals("latest", StringComparison.OrdinalIgnoreCase) || VersionLike().IsMatch(alias))
        {
            throw new ArgumentException($"'{alias}' cannot be an alias: 'latest' is reserved and '3' or 'v3' would read as version numbers.", parameter);
        }
    }

    public static void RequireText(string? text, int maxLength, string parameter)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text, parameter);
        if (text.Length > maxLength || text.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException($"Expected at most {maxLength} characters without NUL, got {text.Length} that begin '{text[..Math.Min(text.Length, 40)]}'.", parameter);
        }
    }

    /// <summary>Splits <c>NAME@ALIAS</c> or <c>NAME/NUMBER</c>.</summary>
    public static (string Model, string? Alias, long? Number) ParseReference(string reference)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reference);
        var at = reference.IndexOfAny(['@', '/']);
        if (at < 0)
        {
            throw new ArgumentException($"'{reference}' is no model reference: expected NAME@ALIAS or NAME/NUMBER.", nameof(reference));
        }

        var (model, rest) = (reference[..at], reference[(at + 1)..]);
        RequireModel(model, nameof(reference));
        if (reference[at] == '@')
        {
            RequireAlias(rest, nameof(reference));
            return (model, rest, null);
        }

        if (!long.TryParse(rest, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            throw new ArgumentException($"'{reference}' is no model reference: expected a version number after '/', got '{rest}'.", nameof(reference));
        }

        return (model, null, number);
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,254}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Name();

    [GeneratedRegex(@"^[vV]?[0-9]+\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex VersionLike();
}
