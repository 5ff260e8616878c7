using System.Globalization;
using Workflow.Data.Versioning.Metafiles;

namespace Workflow.Data.Versioning.Parameters;

/// <summary>Reads a file of parameters by its ending: <c>.json</c>, <c>.toml</c>, <c>.py</c>, and YAML for every other.</summary>
internal static class ParameterFile
{
    /// <summary>Reads all values.</summary>
    /// <param name="path">The path, which decides the format and names the file in messages.</param>
    /// <param name="bytes">Its content.</param>
    /// <exception cref="DvcException">It is not of that format.</exception>
    public static ParameterValue Read(string path, byte[] bytes)
    {
        switch (Path.GetExtension(path).ToLowerInvariant())
        {
            case ".json":
                return JsonParameters.Read(bytes, path);
            case ".toml":
                return TomlReader.Read(path, bytes);
            case ".py":
                return PythonParameters.Read(path, bytes);
            default:
                return YamlReader.Read(path, bytes, out _, acceptsMergeKeys: true) is { } document ? YamlParameters.Of(document, path) : ParameterValue.Map([]);
        }
    }

    /// <summary>Finds a value by the keys on the way to it, joined by dots; a number is a place in a list.</summary>
    /// <returns>Null when there is none.</returns>
    public static ParameterValue? Select(ParameterValue root, string key)
    {
        ParameterValue? value = root;
        foreach (var part in key.Split('.'))
        {
            value = value.Kind == ParameterKind.List
                ? int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < value.Items.Length ? value.Items[index] : null
                : value.Find(part);
            if (value is null)
            {
                return null;
            }
        }

        return value;
    }
}
