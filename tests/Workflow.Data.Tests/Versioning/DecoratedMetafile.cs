using System.Text;

namespace Workflow.Data.Versioning;

/// <summary>Makes <c>.dvc</c> files as people write them: with comments, blank lines, quotes, indents and flow style, from a seed.</summary>
internal sealed class DecoratedMetafile(uint seed)
{
    private static readonly string[] Comments = ["# c", "#c", "#  two", "# 数据 😀", "# a: b", "#", "# 'q'"];
    private uint _state = (seed * 2654435761u) | 1;

    public string Write(string path, string md5)
    {
        var text = new StringBuilder();
        Maybe(text, 8, () => "\n");
        Maybe(text, 4, () => "# top\n");
        Maybe(text, 8, () => "\n");
        var indent = new[] { "", "  ", "    " }[Pick(3)];
        var before = new List<string>
        {
            $"desc: {Quote("the file")}{End()}",
            "meta:" + End() + $"  owner: {Quote("dev")}{End()}  list: [1, 2,   3]{End()}  nested: {{b: 1, a: 2}}{End()}",
            "frozen: false" + End(),
        };
        before.RemoveAll(_ => Pick(2) == 0);
        text.Append(string.Concat(before));
        text.Append("outs:").Append(End());
        var keys = new List<string>
        {
            $"md5: {Quote(md5)}{End()}",
            $"size: 1{End()}",
            $"hash: md5{End()}",
            $"path: {Quote(path)}{End()}",
        };
        var optional = new List<string>
        {
            $"desc: {Quote("text")}{End()}",
            $"labels:{End()}{indent}  - x{End()}{indent}  - {Quote("y")}{End()}",
            Pick(2) == 0 ? $"meta:{End()}{indent}    k: v{End()}" : $"meta: {{k: {Quote("v")},   n: 1}}{End()}",
            $"cache: true{End()}",
            $"persist: false{End()}",
            $"type: {Quote("model")}{End()}",
            $"push: false{End()}",
            $"remote: {Quote("store")}{End()}",
        };
        optional.RemoveAll(_ => Pick(3) > 0);
        if (Pick(3) == 0)
        {
            keys.RemoveAt(1);
        }

        var all = keys.Concat(optional).OrderBy(_ => Pick(1000)).ToList();
        for (var i = 0; i < all.Count; i++)
        {
            text.Append(indent).Append(i == 0 ? "- " : "  ").Append(all[i]);
        }

        return text.ToString();
    }

    // What may stand at the end of a line.
    private string End()
    {
        var text = new StringBuilder();
        switch (Pick(5))
        {
            case 0:
                text.Append(' ', 1 + Pick(12)).Append(Comments[Pick(Comments.Length)]);
                break;
        }

        text.Append('\n');
        if (Pick(6) == 0)
        {
            text.Append('\n');
        }

        for (var i = Pick(8) == 0 ? 1 + Pick(2) : 0; i > 0; i--)
        {
            text.Append(' ', Pick(7)).Append(Comments[Pick(Comments.Length)]).Append('\n');
            Maybe(text, 3, () => "\n");
        }

        return text.ToString();
    }

    private string Quote(string value) => Pick(3) switch { 0 => value, 1 => $"'{value}'", _ => $"\"{value}\"" };

    private void Maybe(StringBuilder text, int oneIn, Func<string> make)
    {
        if (Pick(oneIn) == 0)
        {
            text.Append(make());
        }
    }

    private int Pick(int count)
    {
        _state ^= _state << 13;
        _state ^= _state >> 17;
        _state ^= _state << 5;
        return (int)(_state % (uint)count);
    }
}
