using System.Buffers;
using System.Globalization;
using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Workflow.Data.Versioning.Metafiles;

/// <summary>Reads a metafile that anybody may have written. What cannot be kept when it is written again is reported, not dropped.</summary>
internal sealed class YamlReader
{
    private const int MaximumBytes = 64 << 20;
    private const int MaximumDepth = 64;
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly SearchValues<char> Unprintable = SearchValues.Create(
        [.. Enumerable.Range(0, 0xA0).Where(static c => c is (< 0x20 and not ('\t' or '\n' or '\r')) or (>= 0x7F and not 0x85)).Select(static c => (char)c), '\uFFFE', '\uFFFF']);

    private readonly string _name;
    private readonly IParser _parser;
    private readonly YamlTrivia _trivia;
    private readonly bool _acceptsMergeKeys;
    private int _flowDepth;
    private readonly Dictionary<string, YamlNode> _anchors = new(StringComparer.Ordinal);

    private YamlReader(string name, IParser parser, YamlTrivia trivia, bool acceptsMergeKeys) => (_name, _parser, _trivia, _acceptsMergeKeys) = (name, parser, trivia, acceptsMergeKeys);

    /// <summary>Gets whether the text holds anchors, tags, block texts or comments within lines: what <see cref="YamlWriter"/> would lose.</summary>
    public bool HasDecoration { get; private set; }

    /// <summary>Reads one document.</summary>
    /// <param name="name">The file, for the message of an error.</param>
    /// <param name="bytes">Its content.</param>
    /// <param name="hasDecoration">Whether something in it would be lost when it is written anew.</param>
    /// <param name="acceptsMergeKeys">Whether <c>&lt;&lt;</c> is followed: for files that are only read.</param>
    /// <returns>Null for an empty document.</returns>
    /// <exception cref="DvcException">Not UTF-8, not YAML, more than one document, a key twice, too large or too deep.</exception>
    public static YamlMapping? Read(string name, ReadOnlySpan<byte> bytes, out bool hasDecoration, bool acceptsMergeKeys = false)
    {
        if (bytes.Length > MaximumBytes)
        {
            throw new DvcException($"{name} has {bytes.Length} bytes; a metafile has at most {MaximumBytes}.");
        }

        string text;
        try
        {
            text = Strict.GetString(bytes);
        }
        catch (DecoderFallbackException exception)
        {
            throw new DvcException($"{name} is not valid UTF-8. Restore it from git, or write it again.", exception);
        }

        text = text.TrimStart('\uFEFF').Replace("\r\n", "\n", StringComparison.Ordinal);
        if (text.AsSpan().IndexOfAny(Unprintable) is var at and >= 0)
        {
            throw new DvcException(string.Create(CultureInfo.InvariantCulture, $"{name}, line {text.AsSpan(0, at).Count('\n') + 1}: the character U+{(int)text[at]:X4} is not allowed in YAML. Restore the file from git, or write it again."));
        }

        try
        {
            using var reader = new StringReader(text);
            var trivia = new YamlTrivia(text);
            var yaml = new YamlReader(name, new Parser(new Scanner(reader)), trivia, acceptsMergeKeys);
            var document = yaml.ReadDocument();
            hasDecoration = yaml.HasDecoration || trivia.Comments != YamlTrivia.CountComments(text);
            return document;
        }
        catch (YamlException exception)
        {
            throw new DvcException($"{name}, line {exception.Start.Line}: not valid YAML: {exception.Message}", exception);
        }
    }

    private YamlMapping? ReadDocument()
    {
        Move();
        Move();
        if (_parser.Current is not DocumentStart || !Move() || _parser.Current is StreamEnd or DocumentEnd)
        {
            return null;
        }

        var start = (int)_parser.Current!.Start.Index;
        var root = ReadNode(0);
        if (root is YamlMapping top)
        {
            top.Leading = _trivia.Leading(start);
        }

        Move();
        if (_parser.Current is not StreamEnd)
        {
            throw Fail(_parser.Current!, "holds a second document; a metafile has one");
        }

        return root switch
        {
            YamlMapping mapping => mapping,
            YamlScalar { Kind: YamlKind.Null } => null,
            _ => throw new DvcException($"{_name}: expected keys and values, got {(root is YamlSequence ? "a list" : "plain text")}."),
        };
    }

    // Leaves the parser on the event after the node.
    private YamlNode ReadNode(int depth, bool isKey = false)
    {
        if (depth > MaximumDepth)
        {
            throw Fail(_parser.Current!, $"is nested more than {MaximumDepth} levels deep");
        }

        var current = _parser.Current!;
        YamlNode node;
        switch (current)
        {
            case AnchorAlias alias:
                HasDecoration = true;
                node = _anchors.TryGetValue(alias.Value.Value, out var known) ? known : throw Fail(alias, $"uses the unknown anchor '{alias.Value.Value}'");
                Move();
                return node;
            case Scalar scalar:
                node = new YamlScalar
                {
                    Text = scalar.Value,
                    Line = (int)scalar.Start.Line,
                    Column = (int)scalar.Start.Column,
                    EndLine = (int)scalar.End.Line,
                    EndColumn = (int)scalar.End.Column,
                    Style = scalar.Style switch
                    {
                        ScalarStyle.Plain => scalar.Tag.IsEmpty ? YamlStyle.Plain : YamlStyle.Quoted,
                        ScalarStyle.Literal or ScalarStyle.Folded => YamlStyle.Block,
                        _ => YamlStyle.Quoted,
                    },
                };
                HasDecoration |= scalar.Style is ScalarStyle.Literal or ScalarStyle.Folded;
                if (!isKey)
                {
                    Attach(node, scalar.End);
                }

                Move();
                break;
            case SequenceStart start:
                var list = new YamlSequence { IsFlow = start.Style == SequenceStyle.Flow, Line = (int)start.Start.Line, Column = (int)start.Start.Column };
                node = list;
                _flowDepth += list.IsFlow ? 1 : 0;
                Move();
                while (_parser.Current is not SequenceEnd)
                {
                    list.Items.Add(ReadNode(depth + 1));
                }

                if (list.IsFlow)
                {
                    _flowDepth--;
                    Attach(list, _parser.Current!.End);
                }

                Move();
                break;
            case MappingStart start:
                node = ReadMapping(start, depth);
                break;
            default:
                throw Fail(current, "is not complete");
        }

        Decorate((NodeEvent)current, node);
        return node;
    }

    private YamlMapping ReadMapping(MappingStart start, int depth)
    {
        var mapping = new YamlMapping { IsFlow = start.Style == MappingStyle.Flow, Line = (int)start.Start.Line, Column = (int)start.Start.Column };
        var merged = new List<YamlNode>();
        _flowDepth += mapping.IsFlow ? 1 : 0;
        Move();
        while (_parser.Current is not MappingEnd)
        {
            var at = _parser.Current!;
            if (ReadNode(depth + 1, isKey: true) is not YamlScalar key)
            {
                throw Fail(at, "has a key that is not text");
            }

            if (mapping.Find(key.Text) is not null)
            {
                throw Fail(at, $"has the key '{key.Text}' twice; keep one of them");
            }

            if (key is { Text: "<<", Style: YamlStyle.Plain })
            {
                if (_acceptsMergeKeys)
                {
                    merged.Add(ReadNode(depth + 1));
                    continue;
                }

                throw Fail(at, "uses a merge key (<<), which is not supported here; write the keys out");
            }

            if (_flowDepth == 0 && _parser.Current is MappingStart { Style: not MappingStyle.Flow } or SequenceStart { Style: not SequenceStyle.Flow })
            {
                _trivia.AttachBehindColon(key, (int)at.End.Index);
            }

            mapping.Entries.Add(new(key, ReadNode(depth + 1)));
        }

        if (mapping.IsFlow)
        {
            _flowDepth--;
            Attach(mapping, _parser.Current!.End);
        }

        Merge(mapping, merged, start);
        Move();
        return mapping;
    }

    // Of a key that several merged maps have, the first counts.
    private void Merge(YamlMapping mapping, List<YamlNode> merged, MappingStart start)
    {
        foreach (var source in merged.SelectMany(static m => m is YamlSequence list ? list.Items : [m]))
        {
            foreach (var entry in (source as YamlMapping ?? throw Fail(start, "merges (<<) something that is not keys and values")).Entries)
            {
                if (mapping.Find(entry.Key.Text) is null)
                {
                    mapping.Entries.Add(entry);
                }
            }
        }
    }

    private void Decorate(NodeEvent at, YamlNode node)
    {
        if (!at.Tag.IsEmpty && !at.Tag.IsNonSpecific)
        {
            HasDecoration = true;
            if (at.Tag.Value is not ("tag:yaml.org,2002:str" or "tag:yaml.org,2002:map" or "tag:yaml.org,2002:seq"))
            {
                throw Fail(at, $"has the tag '{at.Tag.Value}', which a metafile cannot have");
            }
        }

        if (!at.Anchor.IsEmpty)
        {
            HasDecoration = true;
            _anchors[at.Anchor.Value] = node;
        }
    }

    private void Attach(YamlNode node, Mark end)
    {
        if (_flowDepth == 0)
        {
            _trivia.Attach(node, (int)end.Index);
        }
    }

    private bool Move() => _parser.MoveNext();

    private DvcException Fail(ParsingEvent at, string problem) => new($"{_name}, line {at.Start.Line}: {problem}.");
}
