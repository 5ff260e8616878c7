namespace Workflow.Data.Pages;

/// <summary>The colours of pages and charts, in light and in dark. A test holds them against the contrast that WCAG AA asks for.</summary>
internal static class Theme
{
    /// <summary>How many series have a colour, a dash pattern and a marker of their own.</summary>
    public const int Series = 6;

    /// <summary>How many steps a heat strip has.</summary>
    public const int Steps = 5;

    /// <summary>Background, panel, text, muted text, lines, good, bad, warning.</summary>
    public static readonly string[] Names = ["bg", "panel", "ink", "muted", "line", "good", "bad", "warn"];

    public static readonly string[] Light = ["#ffffff", "#f6f8fa", "#1b1f24", "#57606a", "#d0d7de", "#1a7f37", "#b42318", "#8a5a00"];

    public static readonly string[] Dark = ["#0f1419", "#171d24", "#e6edf3", "#9aa6b2", "#36404a", "#56d364", "#ff8f8f", "#e3b341"];

    public static readonly string[] LightSeries = ["#0b62c4", "#b3480b", "#1a7f37", "#8250df", "#a40e26", "#006d77"];

    public static readonly string[] DarkSeries = ["#6cb0ff", "#ffab70", "#56d364", "#d2a8ff", "#ff8f8f", "#5fd3dc"];

    /// <summary>From nothing to a lot; the text on a step is <see cref="LightStepInks"/>.</summary>
    public static readonly string[] LightSteps = ["#eef3f8", "#c9def2", "#8fbbe3", "#2f78bd", "#123f73"];

    public static readonly string[] LightStepInks = ["#1b1f24", "#1b1f24", "#1b1f24", "#ffffff", "#ffffff"];

    public static readonly string[] DarkSteps = ["#1a222b", "#1d3d5c", "#2a629b", "#7db5ea", "#d6eafc"];

    public static readonly string[] DarkStepInks = ["#e6edf3", "#e6edf3", "#ffffff", "#0f1419", "#0f1419"];

    /// <summary>Gets the style of every chart. Classes only: the same text serves a page and a drawing that stands alone.</summary>
    public static string ChartStyle { get; } =
        $":root{{{Variables(Light, LightSeries, LightSteps, LightStepInks)}}}@media (prefers-color-scheme:dark){{:root{{{Variables(Dark, DarkSeries, DarkSteps, DarkStepInks)}}}}}"
        + ".wf text{font:12px system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif;fill:var(--ink)}.wf .m{fill:var(--muted)}.wf .e{text-anchor:end}.wf .c{text-anchor:middle}"
        + ".wf .t{font-weight:600}.wf .k{font-size:10px;letter-spacing:.06em;fill:var(--muted)}.wf .g{stroke:var(--line);stroke-width:1;fill:none}.wf .x{stroke:var(--muted);stroke-width:1;fill:none}"
        + ".wf .r{stroke:var(--muted);stroke-width:1.5;stroke-dasharray:2 3;fill:none}.wf .p{fill:var(--panel);stroke:var(--line)}.wf .h{fill:var(--panel);stroke:var(--ink);stroke-width:1.5}"
        + ".wf .good{fill:var(--good)}.wf .bad{fill:var(--bad)}.wf .warn{fill:var(--warn)}.wf .neutral{fill:var(--muted)}.wf .halo{paint-order:stroke;stroke:var(--bg);stroke-width:4px;stroke-linejoin:round}"
        + string.Concat(Enumerable.Range(0, Series).Select(i => $".wf .s{i}{{stroke:var(--s{i});stroke-width:2;fill:none;stroke-dasharray:{Dashes[i]}}}.wf .f{i}{{fill:var(--s{i})}}.wf .b{i}{{fill:var(--s{i});fill-opacity:.16}}"))
        + string.Concat(Enumerable.Range(0, Steps).Select(i => $".wf .h{i}{{fill:var(--h{i})}}.wf .i{i}{{fill:var(--i{i})}}"))
        + ".wf .hn{fill:none;stroke:var(--line)}";

    /// <summary>Gets the style of a page.</summary>
    public static string PageStyle { get; } =
        "*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif}"
        + "main{max-width:1000px;margin:0 auto;padding:32px 24px 64px}h1{font-size:28px;line-height:1.2;margin:0 0 4px}h2{font-size:20px;margin:40px 0 8px;padding-top:16px;border-top:1px solid var(--line)}"
        + "p{margin:8px 0;max-width:75ch}.sub{color:var(--muted);margin:0 0 16px}figure{margin:16px 0}figure svg{display:block;width:100%;height:auto}figcaption{color:var(--muted);font-size:13px;margin-top:4px;max-width:90ch}"
        + ".facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(170px,1fr));gap:12px;margin:16px 0}.facts div{background:var(--panel);border:1px solid var(--line);border-radius:6px;padding:10px 14px;min-width:0}"
        + ".facts dt{color:var(--muted);font-size:13px}.facts dd{margin:0;font-size:18px;font-weight:600;overflow-wrap:anywhere}dl{margin:0}"
        + ".table{overflow-x:auto;margin:16px 0}table{border-collapse:collapse;width:100%;font-size:14px;font-variant-numeric:tabular-nums}th,td{text-align:left;padding:6px 10px;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}"
        + "th{color:var(--muted);font-weight:600;white-space:nowrap}.num{text-align:right}caption{text-align:left;color:var(--muted);font-size:13px;padding-bottom:4px}.good{color:var(--good)}.bad{color:var(--bad)}.warn{color:var(--warn)}"
        + "@media print{main{max-width:none;padding:0}figure,tr{break-inside:avoid}}";

    // Read by people who do not tell the colours apart.
    private static string[] Dashes => ["none", "7 4", "2 3", "9 3 2 3", "4 2", "1 4"];

    private static string Variables(string[] colours, string[] series, string[] steps, string[] inks) =>
        string.Concat(Names.Zip(colours, (n, c) => $"--{n}:{c};"))
        + string.Concat(series.Select((c, i) => $"--s{i}:{c};"))
        + string.Concat(steps.Select((c, i) => $"--h{i}:{c};"))
        + string.Concat(inks.Select((c, i) => $"--i{i}:{c};"))
        + "color-scheme:light dark;";
}
