using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Workflow.Inference.Serving;

/// <summary>Reads what a configuration says about a model; a host without one is fine.</summary>
internal sealed class ServedModelOptionsSource(IEnumerable<IConfiguration> configurations) : IConfigureNamedOptions<ServedModelOptions>
{
    public void Configure(string? name, ServedModelOptions options)
    {
        foreach (var section in configurations.Select(c => c.GetSection($"Workflow:Inference:Models:{name}")))
        {
            if (section["Registry"] is { Length: > 0 } reference)
            {
                options.FromRegistry(reference);
            }

            if (section["File"] is { Length: > 0 } file)
            {
                options.FromFile(file);
            }

            if (section["Threads"] is { } threads)
            {
                options.Scorer.Threads = int.TryParse(threads, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                    ? count
                    : throw Unreadable(section, "Threads", threads, "a whole number");
            }

            if (section["KeepWarm"] is { } keepWarm)
            {
                options.KeepWarm = TimeSpan.TryParse(keepWarm, CultureInfo.InvariantCulture, out var span)
                    ? span
                    : throw Unreadable(section, "KeepWarm", keepWarm, "a time span such as 00:00:30");
            }
        }
    }

    public void Configure(ServedModelOptions options) => Configure(Options.DefaultName, options);

    private static OptionsValidationException Unreadable(IConfigurationSection section, string key, string value, string expected) =>
        new(section.Key, typeof(ServedModelOptions), [$"The setting {section.Path}:{key} is '{value}', expected {expected}."]);
}
