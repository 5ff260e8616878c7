using System.Text;
using Workflow.Data.Versioning.Parameters;

namespace Workflow.Data.Versioning.Templating;

/// <summary>A map written into a command as the options of a program: <c>--lr 0.1 --name 'a b' --flag</c>.</summary>
internal static class CommandArguments
{
    private const string SafeCharacters = "@%+=:,./-_";

    /// <param name="map">The map.</param>
    /// <param name="where">What holds it, for the message of an error.</param>
    /// <exception cref="DvcException">A list in a list.</exception>
    public static string Of(ParameterValue map, string where)
    {
        var result = new StringBuilder();
        Append(result, map, "", where);
        return result.ToString().TrimEnd();
    }

    private static void Append(StringBuilder result, ParameterValue map, string prefix, string where)
    {
        foreach (var (key, value) in map.Members)
        {
            var name = prefix.Length == 0 ? key.ToString() : $"{prefix}.{key}";
            switch (value.Kind)
            {
                case ParameterKind.Map:
                    Append(result, value, name, where);
                    break;
                case ParameterKind.Truth:
                    result.Append(value.IsTrue ? $"--{name} " : "");
                    break;
                case ParameterKind.List:
                    for (var i = 0; i < value.Items.Length; i++)
                    {
                        if (value.Items[i].Kind is ParameterKind.List or ParameterKind.Map)
                        {
                            throw new DvcException($"{where}: the list '{name}' holds a list or map, which cannot become options of a command.");
                        }

                        result.Append(i == 0 ? $"--{name} " : "").Append(Quoted(value.Items[i])).Append(' ');
                    }

                    break;
                default:
                    result.Append("--").Append(name).Append(' ').Append(Quoted(value)).Append(' ');
                    break;
            }
        }
    }

    // As Python's shlex.quote.
    private static string Quoted(ParameterValue value)
    {
        var text = value.ToString();
        return value.Kind != ParameterKind.Text || (text.Length > 0 && text.All(static c => char.IsAsciiLetterOrDigit(c) || SafeCharacters.Contains(c, StringComparison.Ordinal)))
            ? text
            : $"'{text.Replace("'", "'\"'\"'", StringComparison.Ordinal)}'";
    }
}
