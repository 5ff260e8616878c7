using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Workflow.Cli.Registry;
using Workflow.Data.Tables;
using Workflow.Features.Definitions;
using Workflow.Features.Online.Stores;
using Workflow.Features.Views;

namespace Workflow.Cli.Features;

/// <summary><c>workflow features materialize</c>: brings views into an online store.</summary>
internal static class MaterializeCommand
{
    public static Command Create(CommandHost host)
    {
        var definitions = new Option<string?>("--definitions") { Description = "The file of definitions. Default: what was applied last; then --service is needed." };
        var service = new Option<string?>("--service", "-s") { Description = "The feature service whose views are taken. Default: every view of the file." };
        var view = new Option<string?>("--view") { Description = "One view instead of a service's." };
        var start = new Option<string?>("--start") { Description = "The earliest event time, inclusive. Default: the beginning." };
        var end = new Option<string>("--end") { Description = "The moment as of which values are, inclusive.", Required = true };
        var incremental = new Option<bool>("--incremental") { Description = "Only what came since the last run; late rows are looked for behind it." };
        var horizon = new Option<string?>("--horizon") { Description = "How far an incremental run looks back for late rows, such as 30m, 12h or 7d. Default: 1d." };
        var replace = new Option<bool>("--replace") { Description = "Give up what another definition of a view has written." };
        var store = new OnlineStoreOptions();
        var command = new Command("materialize", "Brings the values of views into an online store.")
        {
            definitions, service, view, start, end, incremental, horizon, replace, store.Redis, store.Project, RegistryOptions.Json, RegistryOptions.Root,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (views, source) = await ViewsAsync(host, (parsed.GetValue(definitions), parsed.GetValue(service), parsed.GetValue(view)), parsed.GetValue(RegistryOptions.Root), cancellationToken);
            OnlineStoreOptions.RequireTime("--end", parsed.GetRequiredValue(end), out var to);
            DateTimeOffset? from = null;
            if (parsed.GetValue(start) is { } text)
            {
                OnlineStoreOptions.RequireTime("--start", text, out var earliest);
                from = earliest;
            }

            var order = new MaterializationOrder
            {
                Views = views,
                Start = from,
                End = to,
                IsIncremental = parsed.GetValue(incremental),
                RescanHorizon = parsed.GetValue(horizon) is { } span ? Horizon(span) : TimeSpan.FromDays(1),
                ReplacesDefinition = parsed.GetValue(replace),
            };
            var sources = new Dictionary<string, TableSource>(StringComparer.Ordinal);
            foreach (var group in views.GroupBy(static v => v.Source))
            {
                sources[group.Key] = await TableFiles.OpenAsync(source.FileOf(group.Key), ColumnHints.OfSource(group), cancellationToken);
            }

            await using var opened = store.Open(host, parsed, mustExist: false);
            var done = await new FeatureMaterializer(opened).RunAsync(order, sources, cancellationToken);
            await WriteAsync(host, done, parsed.GetValue(RegistryOptions.Json));
            return ExitCode.Done;
        });
        return command;
    }

    private static async Task<(ImmutableArray<FeatureView> Views, DefinitionSource Source)> ViewsAsync(
        CommandHost host, (string? File, string? Service, string? View) named, string? root, CancellationToken cancellationToken)
    {
        if (named is { Service: not null, View: not null })
        {
            throw new ArgumentException($"Name --service '{named.Service}' or --view '{named.View}', not both.");
        }

        if (named.Service is { } service)
        {
            var source = await DefinitionSource.OpenAsync(host, named.File, service, root, cancellationToken);
            return ([.. source.Service.Views.Select(static v => v.View)], source);
        }

        if (named.File is null)
        {
            throw new ArgumentException("Name what to materialise: --definitions FILE, or --service NAME for one that was applied.");
        }

        var path = Path.GetFullPath(named.File, host.CurrentFolder);
        var definitions = File.Exists(path) ? await FeatureDefinitions.ReadAsync(path, cancellationToken) : throw new FileNotFoundException($"There is no file '{path}'. Check --definitions.", path);
        ImmutableArray<FeatureView> views = named.View is null ? definitions.Views : [.. definitions.Views.Where(v => v.Name == named.View)];
        return views.IsEmpty
            ? throw new ArgumentException($"'{path}' defines no view{(named.View is null ? "" : $" '{named.View}'; it defines {string.Join(", ", definitions.Views.Select(static v => $"'{v.Name}'"))}")}.")
            : (views, new DefinitionSource(null!, definitions, Path.GetDirectoryName(path)!));
    }

    private static TimeSpan Horizon(string text)
    {
        var digits = text.TakeWhile(char.IsAsciiDigit).Count();
        long unit = text[digits..] switch { "s" => 1, "m" => 60, "h" => 3_600, "d" => 86_400, _ => 0 };
        return unit > 0 && long.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= 36_525 * 86_400L / unit
            ? TimeSpan.FromSeconds(count * unit)
            : throw new ArgumentException($"--horizon is '{text}': expected a whole number followed by s, m, h or d, at most 100 years, such as 30m or 7d.");
    }

    private static async Task WriteAsync(CommandHost host, ImmutableArray<MaterializedTable> done, bool asJson)
    {
        if (asJson)
        {
            await host.WriteJsonAsync(new JsonObject
            {
                ["tables"] = new JsonArray([.. done.Select(static t => new JsonObject
                {
                    ["view"] = t.View,
                    ["table"] = t.Table,
                    ["from"] = t.From is { } from ? OnlineStoreOptions.Text(from) : null,
                    ["to"] = OnlineStoreOptions.Text(t.To),
                    ["written"] = t.Rows.Written,
                    ["skipped"] = t.Rows.Skipped,
                })]),
            });
            return;
        }

        foreach (var table in done)
        {
            await host.Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{table.Table}: {table.Rows.Written} written, {table.Rows.Skipped} not newer, as of {OnlineStoreOptions.Text(table.To)}"));
        }
    }
}
