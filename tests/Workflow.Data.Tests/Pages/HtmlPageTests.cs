using System.Globalization;
using System.Xml.Linq;
using CsCheck;
using Workflow.Data.Pages;

namespace Workflow.Data.Tests.Pages;

public sealed class HtmlPageTests
{
    private static readonly DateTimeOffset Start = new(2001, 4, 2, 0, 0, 0, TimeSpan.Zero);

    private static readonly Gen<string> AnyText = Gen.OneOf(
        Gen.String,
        Gen.OneOf([.. new[] { "<script>alert(1)</script>", "\" onclick=\"x", "' x='", "</title>", "]]>", "&amp;", "javascript:", "a\0b", "\u0001\u001f", "\ud800", "漢字 ç é 😀", "" }.Select(Gen.Const)]));

    [Fact]
    public void No_text_becomes_markup_wherever_it_stands() =>
        AnyText.Sample(text =>
        {
            var page = Everything(text);
            var html = page.ToHtml();
            Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);

            // The body is well-formed whatever was put in, and has no kind of element or attribute that a harmless text does not give.
            var body = XElement.Parse(html[html.IndexOf("<main>", StringComparison.Ordinal)..html.IndexOf("</body>", StringComparison.Ordinal)]);
            var harmless = Everything("x").ToHtml();
            var expected = XElement.Parse(harmless[harmless.IndexOf("<main>", StringComparison.Ordinal)..harmless.IndexOf("</body>", StringComparison.Ordinal)]);
            Assert.Subset(Kinds(expected), Kinds(body));
        }, iter: 200);

    [Fact]
    public void Cultures_change_nothing()
    {
        var expected = Everything("x").ToHtml();
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = ",", NegativeSign = "~", NumberGroupSeparator = "_" }, DateTimeFormat = { DateSeparator = "x", TimeSeparator = "y" } };
            Assert.Equal(expected, Everything("x").ToHtml());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public async Task A_page_loads_and_runs_nothing_and_is_written_as_it_is()
    {
        var html = Everything("x").ToHtml();
        foreach (var forbidden in new[] { "<script", "<link", "<img", "src=", "href=", "url(", "@import", "http-equiv=\"refresh" })
        {
            Assert.DoesNotContain(forbidden, html, StringComparison.OrdinalIgnoreCase);
        }

        Assert.Contains("default-src 'none'", html, StringComparison.Ordinal);
        using var stream = new MemoryStream();
        await Everything("x").WriteAsync(stream);
        Assert.Equal(html, System.Text.Encoding.UTF8.GetString(stream.ToArray()));
    }

    // WCAG 2.1 AA: 4.5 for text, 3 for lines, markers and areas that carry meaning.
    [Fact]
    public void Colours_keep_the_contrast_of_AA_in_light_and_dark()
    {
        foreach (var (colours, series, steps, inks) in new[] { (Theme.Light, Theme.LightSeries, Theme.LightSteps, Theme.LightStepInks), (Theme.Dark, Theme.DarkSeries, Theme.DarkSteps, Theme.DarkStepInks) })
        {
            var (background, panel) = (colours[0], colours[1]);
            foreach (var text in new[] { 2, 3, 5, 6, 7 })
            {
                Assert.True(Contrast(colours[text], background) >= 4.5, $"{Theme.Names[text]} {colours[text]} on {background}: {Contrast(colours[text], background)}");
                Assert.True(Contrast(colours[text], panel) >= 4.5, $"{Theme.Names[text]} {colours[text]} on {panel}");
            }

            Assert.All(series, c => Assert.True(Contrast(c, background) >= 3, c));
            Assert.All(steps.Zip(inks), p => Assert.True(Contrast(p.First, p.Second) >= 4.5, $"{p}"));
            Assert.Equal(Theme.Series, series.Length);
            Assert.Equal(Theme.Steps, steps.Length);
        }
    }

    [Fact]
    public void Charts_stand_alone_as_documents()
    {
        foreach (var chart in Everything("x").Sections.SelectMany(s => s.Blocks).OfType<Chart>())
        {
            var svg = XElement.Parse(chart.ToSvg());
            Assert.Equal("svg", svg.Name.LocalName);
            Assert.Equal("http://www.w3.org/2000/svg", svg.Name.NamespaceName);
            Assert.DoesNotContain("NaN", chart.ToSvg(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Charts_of_nothing_and_of_one_value_are_drawn()
    {
        _ = new LineChart { Title = "t", Positions = [], Series = [], XLabel = "x", YLabel = "y" }.ToSvg();
        _ = new LineChart { Title = "t", Positions = ["a"], Series = [new ChartSeries { Name = "s", Values = [double.NaN] }], XLabel = "x", YLabel = "y" }.ToSvg();
        _ = new HeatStrip { Title = "t", Columns = [], Rows = [], Breaks = [1, 2, 3, 4], Unit = "u" }.ToSvg();
        _ = new Timeline { Title = "t", Items = [] }.ToSvg();
        _ = new GraphDiagram { Title = "t", Nodes = [], Edges = [] }.ToSvg();
        _ = new GraphDiagram { Title = "t", Nodes = [new GraphNode("a", "k", "l"), new GraphNode("b", "k", "l")], Edges = [new GraphEdge("a", "b"), new GraphEdge("b", "a"), new GraphEdge("a", "a")] }.ToSvg();
    }

    [Fact]
    public void Values_that_do_not_fit_their_positions_are_refused()
    {
        Assert.Throws<InvalidOperationException>(() => new LineChart { Title = "t", Positions = ["a"], Series = [new ChartSeries { Name = "s", Values = [1, 2] }], XLabel = "x", YLabel = "y" }.ToSvg());
        Assert.Throws<InvalidOperationException>(() => new HeatStrip { Title = "t", Columns = ["a"], Rows = [], Breaks = [1], Unit = "u" }.ToSvg());
        Assert.Throws<InvalidOperationException>(() => new GraphDiagram { Title = "t", Nodes = [], Edges = [new GraphEdge("a", "b")] }.ToSvg());
    }

    [Fact]
    public void Axes_have_round_marks_that_cover_the_values() =>
        Gen.Double[-1e6, 1e6].Array[0, 20].Sample(values =>
        {
            var scale = NiceScale.Over(values);
            var marks = scale.Marks().ToList();
            Assert.InRange(marks.Count, 2, 14);
            Assert.All(values, v => Assert.InRange(v, scale.Low - (1e-6 * scale.Step), scale.High + (1e-6 * scale.Step)));
            Assert.Equal(marks.Select(scale.Text).Distinct().Count(), marks.Count);
        });

    [Fact]
    public void Nodes_stand_right_of_those_that_reach_them() =>
        Gen.Select(Gen.Int[1, 12], Gen.Select(Gen.Int[0, 11], Gen.Int[0, 11]).Array[0, 30]).Sample((count, pairs) =>
        {
            System.Collections.Immutable.ImmutableArray<GraphNode> nodes = [.. Enumerable.Range(0, count).Select(i => new GraphNode($"{i}", "k", "l"))];
            System.Collections.Immutable.ImmutableArray<GraphEdge> edges = [.. pairs.Where(p => p.Item1 < p.Item2 && p.Item2 < count).Select(p => new GraphEdge($"{p.Item1}", $"{p.Item2}"))];
            var columns = GraphLayout.Columns(nodes, edges);
            var column = columns.SelectMany((c, i) => c.Select(id => (id, i))).ToDictionary(p => p.id, p => p.i);
            Assert.Equal(count, column.Count);
            Assert.All(edges, e => Assert.True(column[e.From] < column[e.To]));
        });

    private static HtmlPage Everything(string text) => HtmlPage.Create("t" + text, text)
        .Add(
            text,
            new Paragraph(text),
            new FactList { Facts = [new PageFact(text, text)] },
            new PageTable { Caption = text, Columns = [text, text], Numbers = [1], Rows = [[text, new PageCell(text, PageTone.Bad)]] },
            new LineChart
            {
                Title = text,
                Caption = text,
                Positions = [text, "b", "c"],
                Series = [new ChartSeries { Name = text, Values = [0.5, double.NaN, -1e-3], Lower = [0.4, double.NaN, -2], Upper = [0.6, double.NaN, 3] }],
                Marks = [new ChartMark(text, 0.1)],
                XLabel = text,
                YLabel = text,
            },
            new HeatStrip { Title = text, Columns = [text, "b"], Rows = [new HeatRow { Name = text, Values = [0.3, double.NaN], Marked = [0] }], Breaks = [0.1, 0.2, 0.3, 0.4], Unit = text, Mark = text },
            new Timeline { Title = text, Items = [new TimelineItem { Label = text, Start = Start, Detail = text }, new TimelineItem { Label = text, Start = Start, End = Start.AddDays(3.5), Tone = PageTone.Good }] },
            new GraphDiagram { Title = text, Nodes = [new GraphNode("a", text, text, true), new GraphNode("b", text, text)], Edges = [new GraphEdge("a", "b", text)] });

    private static HashSet<string> Kinds(XElement root) =>
        [.. root.DescendantsAndSelf().Select(e => $"{e.Name.LocalName}({string.Join(',', e.Attributes().Select(a => a.Name.LocalName))})")];

    private static double Contrast(string a, string b)
    {
        var (first, second) = (Luminance(a), Luminance(b));
        return (Math.Max(first, second) + 0.05) / (Math.Min(first, second) + 0.05);
    }

    private static double Luminance(string colour)
    {
        double Channel(int at)
        {
            var value = int.Parse(colour.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
            return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
        }

        return (0.2126 * Channel(1)) + (0.7152 * Channel(3)) + (0.0722 * Channel(5));
    }
}
