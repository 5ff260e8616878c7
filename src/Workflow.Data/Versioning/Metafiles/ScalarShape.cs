namespace Workflow.Data.Versioning.Metafiles;

/// <summary>Which ways of writing a text are possible: the rules of ruamel.yaml for YAML 1.2.</summary>
internal readonly record struct ScalarShape(bool AllowsBlockPlain, bool AllowsFlowPlain, bool AllowsSingleQuoted)
{
    public static ScalarShape Of(ReadOnlySpan<int> points)
    {
        if (points.IsEmpty)
        {
            return new ScalarShape(true, false, true);
        }

        var block = StartsWith(points, '-') || StartsWith(points, '.');
        var flow = block;
        bool special = false, lineBreaks = false, spaceBreak = false, breakSpace = false;
        var afterSpace = true;
        for (var i = 0; i < points.Length; i++)
        {
            var point = points[i];
            var beforeSpace = i + 1 == points.Length || IsSpace(points[i + 1]);
            if (i == 0)
            {
                if (point < 0x80 && "#,[]{}&*!|>'\"%@`".Contains((char)point, StringComparison.Ordinal))
                {
                    block = flow = true;
                }
                else if (point is '?' or ':')
                {
                    flow |= points.Length == 1;
                    block |= beforeSpace;
                }
                else if (point == '-' && beforeSpace)
                {
                    block = flow = true;
                }
            }
            else
            {
                flow |= point is ',' or '[' or ']' or '{' or '}';
                if ((point == ':' && beforeSpace) || (point == '#' && afterSpace))
                {
                    block = flow = true;
                }
            }

            lineBreaks |= IsBreak(point);
            special |= point != '\n' && !(point is (>= 0x20 and <= 0x7E) or 0x85 or (>= 0xA0 and <= 0xD7FF) or (>= 0xE000 and <= 0xFFFD and not 0xFEFF) or >= 0x10000);
            if (i > 0)
            {
                spaceBreak |= IsBreak(point) && points[i - 1] == ' ';
                breakSpace |= point == ' ' && IsBreak(points[i - 1]);
            }

            afterSpace = IsSpace(point);
        }

        var edges = points[0] == ' ' || IsBreak(points[0]) || points[^1] == ' ' || IsBreak(points[^1]);
        var noPlain = edges || breakSpace || spaceBreak || special || lineBreaks;
        return new ScalarShape(!noPlain && !block, !noPlain && !flow, !(breakSpace || spaceBreak || special));
    }

    private static bool StartsWith(ReadOnlySpan<int> points, char c) => points.Length >= 3 && points[0] == c && points[1] == c && points[2] == c;

    private static bool IsBreak(int point) => point is '\n' or 0x85 or 0x2028 or 0x2029;

    private static bool IsSpace(int point) => point is 0 or ' ' or '\t' or '\r' || IsBreak(point);
}
