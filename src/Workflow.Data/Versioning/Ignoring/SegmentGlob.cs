using System.Text;

namespace Workflow.Data.Versioning.Ignoring;

/// <summary>A shell pattern for one name: <c>*</c>, <c>?</c>, <c>[…]</c>, <c>\</c>. One <c>?</c> or <c>[…]</c> matches one code point.</summary>
internal sealed class SegmentGlob
{
    private readonly List<Element> _elements = [];
    private string? _literal;

    private enum Kind
    {
        One,
        Set,
        Any,
        Many,
    }

    /// <summary>Reads a pattern.</summary>
    /// <param name="pattern">Without a slash.</param>
    /// <param name="isMeaningless">Whether it ends in a lone backslash or holds a range in the wrong order.</param>
    /// <returns>Null when a bracket is not closed.</returns>
    public static SegmentGlob? TryParse(string pattern, out bool isMeaningless)
    {
        isMeaningless = false;
        var glob = new SegmentGlob();
        var points = pattern.EnumerateRunes().Select(static r => r.Value).ToArray();
        for (var i = 0; i < points.Length;)
        {
            var point = points[i++];
            switch (point)
            {
                case '\\':
                    if (i == points.Length)
                    {
                        isMeaningless = true;
                        return null;
                    }

                    glob._elements.Add(new Element(Kind.One, points[i++], false, []));
                    break;
                case '*':
                    glob._elements.Add(new Element(Kind.Many, 0, false, []));
                    break;
                case '?':
                    glob._elements.Add(new Element(Kind.Any, 0, false, []));
                    break;
                case '[':
                    var end = FindEnd(points, i);
                    if (end < 0)
                    {
                        return null;
                    }

                    glob._elements.Add(ParseSet(points.AsSpan(i, end - i), out isMeaningless));
                    if (isMeaningless)
                    {
                        return null;
                    }

                    i = end + 1;
                    break;
                default:
                    glob._elements.Add(new Element(Kind.One, point, false, []));
                    break;
            }
        }

        if (glob._elements.TrueForAll(static e => e.Kind == Kind.One))
        {
            glob._literal = string.Concat(glob._elements.Select(static e => new Rune(e.Point).ToString()));
        }

        return glob;
    }

    public bool Matches(string name)
    {
        if (_literal is not null)
        {
            return string.Equals(name, _literal, StringComparison.Ordinal);
        }

        var points = name.EnumerateRunes().Select(static r => r.Value).ToArray();

        // Greedy with one point of return, the last star: linear for all practical patterns, quadratic at worst.
        int element = 0, at = 0, star = -1, starAt = 0;
        while (at < points.Length)
        {
            if (element < _elements.Count && _elements[element].Kind == Kind.Many)
            {
                star = element++;
                starAt = at;
            }
            else if (element < _elements.Count && _elements[element].Matches(points[at]))
            {
                element++;
                at++;
            }
            else if (star >= 0)
            {
                element = star + 1;
                at = ++starAt;
            }
            else
            {
                return false;
            }
        }

        while (element < _elements.Count && _elements[element].Kind == Kind.Many)
        {
            element++;
        }

        return element == _elements.Count;
    }

    private static int FindEnd(int[] points, int start)
    {
        var end = start;
        end += end < points.Length && points[end] is '!' or '^' ? 1 : 0;
        end += end < points.Length && points[end] == ']' ? 1 : 0;
        return Array.IndexOf(points, ']', end);
    }

    private static Element ParseSet(ReadOnlySpan<int> points, out bool isMeaningless)
    {
        isMeaningless = false;
        var isNegated = points.Length > 0 && points[0] is '!' or '^';
        points = isNegated ? points[1..] : points;
        var ranges = new List<(int, int)>();
        for (var i = 0; i < points.Length; i++)
        {
            if (i + 2 < points.Length && points[i + 1] == '-')
            {
                isMeaningless |= points[i] > points[i + 2];
                ranges.Add((points[i], points[i + 2]));
                i += 2;
            }
            else
            {
                ranges.Add((points[i], points[i]));
            }
        }

        return new Element(Kind.Set, 0, isNegated, ranges);
    }

    private readonly record struct Element(Kind Kind, int Point, bool IsNegated, List<(int Low, int High)> Ranges)
    {
        public bool Matches(int point) => Kind switch
        {
            Kind.One => point == Point,
            Kind.Any => true,
            Kind.Set => Ranges.Exists(r => r.Low <= point && point <= r.High) != IsNegated,
            _ => false,
        };
    }
}
