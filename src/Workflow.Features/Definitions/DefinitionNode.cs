using Workflow.Features.Views;
using YamlDotNet.RepresentationModel;

namespace Workflow.Features.Definitions;

/// <summary>A node with its path, and where its faults go.</summary>
internal sealed class DefinitionNode(YamlNode node, string path, List<DefinitionFault> faults)
{
    public string Path => path;

    /// <summary>Gets the text of a scalar; null for anything else and for YAML's null.</summary>
    public string? Scalar => node is YamlScalarNode { Value: { } value } scalar && !(scalar.Style == YamlDotNet.Core.ScalarStyle.Plain && value is "" or "~" or "null") ? value : null;

    public bool IsMapping => node is YamlMappingNode;

    public void Fault(string problem) => faults.Add(new DefinitionFault(node.Start.Line, path, problem));

    /// <summary>Gives the members of a mapping; unknown ones are faults.</summary>
    public Dictionary<string, DefinitionNode> Members(params string[] known)
    {
        var members = AllMembers();
        foreach (var (name, member) in members.Where(m => !known.Contains(m.Key, StringComparer.Ordinal)).ToList())
        {
            member.Fault($"expected one of {string.Join(", ", known)}, got '{name}'");
            members.Remove(name);
        }

        return members;
    }

    /// <summary>Gives the members of a mapping whose names are free, in order.</summary>
    public Dictionary<string, DefinitionNode> AllMembers()
    {
        var members = new Dictionary<string, DefinitionNode>(StringComparer.Ordinal);
        if (node is not YamlMappingNode mapping)
        {
            Fault($"expected a mapping, got {Kind}");
            return members;
        }

        foreach (var (key, value) in mapping.Children)
        {
            if (key is not YamlScalarNode { Value: { } name })
            {
                Fault("expected texts as keys");
                continue;
            }

            members[name] = new DefinitionNode(value, path.Length == 0 ? name : $"{path}.{name}", faults);
        }

        return members;
    }

    /// <summary>Gives the items of a sequence.</summary>
    public IReadOnlyList<DefinitionNode> Items()
    {
        if (node is YamlSequenceNode sequence)
        {
            return [.. sequence.Children.Select((child, i) => new DefinitionNode(child, $"{path}[{i}]", faults))];
        }

        Fault($"expected a list, got {Kind}");
        return [];
    }

    /// <summary>Gives a text that is there.</summary>
    public string? Text(string expected)
    {
        if (string.IsNullOrWhiteSpace(Scalar))
        {
            Fault($"expected {expected}, got {Kind}");
            return null;
        }

        return Scalar;
    }

    /// <summary>Gives one of some words.</summary>
    public int? Word(params string[] words)
    {
        var index = Scalar is { } text ? Array.IndexOf(words, text) : -1;
        if (index >= 0)
        {
            return index;
        }

        Fault($"expected {string.Join(" or ", words)}, got {Kind}");
        return null;
    }

    /// <summary>Gives a duration.</summary>
    public TimeSpan? Duration()
    {
        if (Scalar is { } text && Views.Duration.TryParse(text, out var duration))
        {
            return duration;
        }

        Fault($"expected {Views.Duration.Rule}, at most 100 years, got {Kind}");
        return null;
    }

    /// <summary>Gives a formula.</summary>
    public Expression? Formula()
    {
        try
        {
            return Text("a formula") is { } text ? Expression.Parse(text) : null;
        }
        catch (FormatException e)
        {
            Fault(e.Message);
            return null;
        }
    }

    private string Kind => node switch
    {
        YamlMappingNode => "a mapping",
        YamlSequenceNode => "a list",
        _ => Scalar is { } text ? $"'{text}'" : "nothing",
    };
}
