using System.Globalization;
using System.Text.RegularExpressions;
using Workflow.Data.Versioning.Parameters;

namespace Workflow.Data.Versioning.Templating;

/// <summary>The <c>${…}</c> of a text: found, and the keys in it checked as DVC's grammar has them.</summary>
internal static partial class TemplateExpression
{
    public static MatchCollection Find(string text) => Pattern().Matches(text);

    /// <summary>Gets the keys of an expression such as <c>train.layers[0]</c>.</summary>
    /// <param name="match">Of <see cref="Find"/>.</param>
    /// <param name="where">What holds it, for the message of an error.</param>
    /// <exception cref="DvcException">Something else than keys joined by dots and places in brackets.</exception>
    public static string[] Keys(Match match, string where)
    {
        var inner = match.Groups["inner"].Value;
        return Grammar().IsMatch(inner)
            ? [.. inner.Replace('[', '.').Replace("]", "", StringComparison.Ordinal).Split('.').Select(static k => k.Trim())]
            : throw new DvcException($"{where}: '{match.Value}' is no key such as ${{train.lr}} or ${{layers[0]}}.");
    }

    /// <summary>Goes down the keys from a map.</summary>
    /// <returns>Null when there is no such value.</returns>
    public static ParameterValue? Select(ParameterValue root, string[] keys)
    {
        ParameterValue? value = root;
        foreach (var key in keys)
        {
            value = value.Kind == ParameterKind.List ? Item(value, key) : value.Find(key);
            if (value is null)
            {
                return null;
            }
        }

        return value;
    }

    // A negative place counts from the end.
    private static ParameterValue? Item(ParameterValue list, string key)
    {
        if (!int.TryParse(key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index))
        {
            return null;
        }

        index += index < 0 ? list.Items.Length : 0;
        return index >= 0 && index < list.Items.Length ? list.Items[index] : null;
    }

    [GeneratedRegex(@"(?<!\\)\$\{(?<inner>.*?)\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Pattern();

    [GeneratedRegex(@"^[^.\[\]]+(?:\.[^.\[\]]+|\[[^.\[\]]+\])*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Grammar();
}
