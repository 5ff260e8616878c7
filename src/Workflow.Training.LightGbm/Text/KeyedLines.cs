using System.Collections.Frozen;

namespace Workflow.Training.LightGbm.Text;

/// <summary>The lines <c>key=value</c> of the header or of one tree: every key is known and none comes twice.</summary>
/// <remarks>Used again for one tree after the other.</remarks>
internal sealed class KeyedLines(string text, FrozenSet<string> keys)
{
    private readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _keys = keys.GetAlternateLookup<ReadOnlySpan<char>>();
    private readonly Dictionary<string, Place> _places = new(StringComparer.Ordinal);
    private int _firstLine;
    private int? _tree;

    /// <summary>Forgets all lines.</summary>
    /// <param name="line">The number of the line before the first to come.</param>
    /// <param name="tree">The number of the tree they are of; null for the header.</param>
    public void Begin(int line, int? tree)
    {
        _places.Clear();
        (_firstLine, _tree) = (line, tree);
    }

    /// <summary>Adds the current line.</summary>
    /// <exception cref="InvalidDataException">Its key is unknown or was there before.</exception>
    public void Add(ref readonly TextLines lines)
    {
        var line = lines.Line;
        var equals = line.IndexOf('=');
        if (equals < 0 || !_keys.TryGetValue(line[..equals], out var key))
        {
            // LightGBM would skip it, or take it for something else.
            throw Unreadable.At(lines.Number, $"{Part}: '{Unreadable.Show(line)}' is no line with a known key");
        }

        if (!_places.TryAdd(key, new Place(lines.Start + equals + 1, line.Length - equals - 1, lines.Number)))
        {
            throw Fault(key, $"it comes again in line {lines.Number}");
        }
    }

    /// <summary>Gets whether a key is there.</summary>
    public bool Has(string key) => _places.ContainsKey(key);

    /// <summary>Gets the value of a key.</summary>
    /// <exception cref="InvalidDataException">The key is missing.</exception>
    public ReadOnlySpan<char> Value(string key) =>
        _places.TryGetValue(key, out var place) ? text.AsSpan(place.Start, place.Length) : throw Fault(key, "it is missing");

    /// <summary>Makes an error that names the line, the tree and the key.</summary>
    public InvalidDataException Fault(string key, string reason) =>
        Unreadable.At(_places.TryGetValue(key, out var place) ? place.Line : _firstLine, $"{Part}, '{key}': {reason}");

    private string Part => _tree is { } tree ? $"tree {tree}" : "header";

    private readonly record struct Place(int Start, int Length, int Line);
}
