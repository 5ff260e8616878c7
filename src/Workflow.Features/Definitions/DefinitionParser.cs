using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Workflow.Features.Definitions;

/// <summary>Makes nodes of YAML text. Depth is bounded and aliases are refused: definitions may come from anybody.</summary>
internal static class DefinitionParser
{
    private const int MaxDepth = 32;

    /// <summary>Gives the root, or null with a fault.</summary>
    public static DefinitionNode? Parse(string text, List<DefinitionFault> faults)
    {
        try
        {
            var depth = 0;
            for (var parser = new Parser(new StringReader(text)); parser.MoveNext();)
            {
                depth += parser.Current!.NestingIncrease;
                if (depth > MaxDepth + 2 || parser.Current is AnchorAlias)
                {
                    faults.Add(new DefinitionFault(parser.Current.Start.Line, "", parser.Current is AnchorAlias ? "aliases are not taken: write the definition out" : $"expected at most {MaxDepth} levels"));
                    return null;
                }
            }

            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            if (stream.Documents.Count == 1)
            {
                return new DefinitionNode(stream.Documents[0].RootNode, "", faults);
            }

            faults.Add(new DefinitionFault(1, "", $"expected one document, got {(stream.Documents.Count == 0 ? "an empty file" : stream.Documents.Count.ToString(System.Globalization.CultureInfo.InvariantCulture))}"));
        }
        catch (YamlException e)
        {
            faults.Add(new DefinitionFault(e.Start.Line, "", $"not valid YAML: {e.Message}"));
        }

        return null;
    }
}
