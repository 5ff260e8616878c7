using System.Text;

namespace Workflow.Data.Versioning.Metafiles;

/// <summary>
/// Writes a metafile as DVC writes it: block and flow style, key order, comments, blank lines and the text of numbers are kept;
/// quotes, the indent of lists and document markers are not. A comment behind a value keeps its column where there is room.
/// </summary>
internal static class YamlWriter
{
    public static string Write(YamlMapping document)
    {
        var target = new StringBuilder(document.Leading);
        if (document.IsFlow)
        {
            AppendFlow(target, document);
            AppendTrailing(target, document);
        }
        else
        {
            AppendBlock(target, document, indent: 0, firstKeyInline: false);
        }

        return target.ToString();
    }

    private static void AppendBlock(StringBuilder target, YamlMapping mapping, int indent, bool firstKeyInline)
    {
        foreach (var (key, value) in mapping.Entries)
        {
            if (!firstKeyInline)
            {
                target.Append(' ', indent);
            }

            firstKeyInline = false;
            AppendKey(target, key, flow: false);
            target.Append(':');
            AppendValue(target, value, indent, key);
        }
    }

    private static void AppendValue(StringBuilder target, YamlNode value, int indent, YamlNode? key)
    {
        switch (value)
        {
            case YamlMapping { IsFlow: false, Entries.Count: > 0 } map:
                AppendTrailing(target, key);
                AppendBlock(target, map, indent + 2, firstKeyInline: false);
                break;
            case YamlSequence { IsFlow: false, Items.Count: > 0 } list:
                AppendTrailing(target, key);
                AppendItems(target, list, indent);
                break;
            case YamlScalar scalar:
                AppendScalar(target, scalar, indent + 2, flow: false);
                AppendTrailing(target, scalar);
                break;
            default:
                target.Append(' ');
                AppendFlow(target, value);
                AppendTrailing(target, value);
                break;
        }
    }

    private static void AppendItems(StringBuilder target, YamlSequence list, int indent)
    {
        foreach (var item in list.Items)
        {
            target.Append(' ', indent).Append('-');
            if (item is YamlMapping { IsFlow: false, Entries.Count: > 0 } map)
            {
                target.Append(' ');
                AppendBlock(target, map, indent + 2, firstKeyInline: true);
            }
            else if (item is YamlScalar { Kind: YamlKind.Null })
            {
                target.Append(' ');
                AppendTrailing(target, item);
            }
            else
            {
                AppendValue(target, item, indent, key: null);
            }
        }
    }

    private static void AppendTrailing(StringBuilder target, YamlNode? node)
    {
        if (node?.Trailing is not { } trailing)
        {
            target.Append('\n');
            return;
        }

        if (trailing.StartsWith('#'))
        {
            var column = target.Length;
            while (column > 0 && target[column - 1] != '\n')
            {
                column--;
            }

            var written = 0;
            for (var i = column; i < target.Length; i++)
            {
                written += char.IsLowSurrogate(target[i]) ? 0 : 1;
            }

            target.Append(' ', Math.Max(1, node.TrailingColumn - written));
        }

        target.Append(trailing);
    }

    private static void AppendFlow(StringBuilder target, YamlNode node)
    {
        switch (node)
        {
            case YamlMapping map:
                target.Append('{');
                for (var i = 0; i < map.Entries.Count; i++)
                {
                    target.Append(i == 0 ? "" : ", ");
                    AppendKey(target, map.Entries[i].Key, flow: true);
                    target.Append(": ");
                    AppendFlow(target, map.Entries[i].Value);
                }

                target.Append('}');
                break;
            case YamlSequence list:
                target.Append('[');
                for (var i = 0; i < list.Items.Count; i++)
                {
                    target.Append(i == 0 ? "" : ", ");
                    AppendFlow(target, list.Items[i]);
                }

                target.Append(']');
                break;
            case YamlScalar scalar:
                AppendScalar(target, scalar, indent: 0, flow: true);
                break;
        }
    }

    private static void AppendKey(StringBuilder target, YamlScalar key, bool flow)
    {
        var text = new StringBuilder();
        AppendScalar(text, key, indent: 0, flow);
        target.Append(text);
    }

    private static void AppendScalar(StringBuilder target, YamlScalar scalar, int indent, bool flow)
    {
        switch (scalar.Kind)
        {
            case YamlKind.Text:
                YamlScalarWriter.Append(target, scalar.Text, indent, flow);
                return;
            case YamlKind.Null when !flow:
                return;
        }

        if (target.Length > 0 && target[^1] is not (' ' or '[' or '{' or '\n'))
        {
            target.Append(' ');
        }

        target.Append(scalar.Kind switch
        {
            YamlKind.Null => "null",
            YamlKind.Boolean => scalar.Text.ToLowerInvariant(),
            _ => scalar.Text,
        });
    }
}
