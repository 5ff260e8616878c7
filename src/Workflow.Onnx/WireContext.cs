using System.Globalization;
using System.Text;

namespace Workflow.Onnx;

/// <summary>What one reading keeps across messages: the limits, and where it stands, for messages about damage.</summary>
internal sealed class WireContext(OnnxReadOptions options)
{
    private readonly string[] _names = new string[options.MaxDepth + 1];
    private readonly int[] _indices = new int[options.MaxDepth + 1];
    private int _depth;
    private int _elements;

    public void Enter(string name, int index, int offset)
    {
        if (_depth >= options.MaxDepth)
        {
            throw Damage(offset, $"messages nest deeper than {nameof(OnnxReadOptions.MaxDepth)} = {options.MaxDepth}.");
        }

        (_names[_depth], _indices[_depth]) = (name, index);
        _depth++;
    }

    public void Leave() => _depth--;

    public void CountElement(int offset)
    {
        if (++_elements > options.MaxElements)
        {
            throw Damage(offset, $"it holds more than {nameof(OnnxReadOptions.MaxElements)} = {options.MaxElements} messages, strings and numbers.");
        }
    }

    public OnnxFormatException Damage(int offset, string reason)
    {
        var path = new StringBuilder();
        for (var i = 0; i < _depth; i++)
        {
            path.Append(i == 0 ? "" : ".").Append(_names[i]);
            if (_indices[i] >= 0)
            {
                path.Append(CultureInfo.InvariantCulture, $"[{_indices[i]}]");
            }
        }

        return new OnnxFormatException(path.Length == 0 ? "model" : path.ToString(), offset, reason);
    }
}
