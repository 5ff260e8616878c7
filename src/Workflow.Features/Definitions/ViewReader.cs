using System.Globalization;
using Workflow.Features.Views;

namespace Workflow.Features.Definitions;

/// <summary>Makes a view of its node.</summary>
internal sealed class ViewReader(Dictionary<string, Entity> entities, SortedDictionary<string, string> paths)
{
    private static readonly string[] Required = ["entity", "source", "features"];
    private bool _isFaulty;

    /// <summary>Gives the view, or null with faults.</summary>
    public FeatureView? Read(string name, DefinitionNode node)
    {
        var members = node.Members("entity", "source", "ttl", "join", "where", "derived", "features", "version", "description", "owner", "sensitivity", "tags");
        foreach (var required in Required.Where(r => !members.ContainsKey(r)))
        {
            Fault(node, $"expected {required}");
        }

        var source = members.TryGetValue("source", out var from) ? from.Members("path", "name", "event_time", "available_time", "delay", "delay_seconds", "keys", "event_id", "deleted", "allowed_lateness") : [];
        var builder = FeatureView.Define(name, SourceName(from, source) ?? "?");
        ReadEntity(builder, members);
        ReadTimes(builder, from, source, members.GetValueOrDefault("join"));
        ReadVersions(builder, source);
        if (members.TryGetValue("ttl", out var ttl) && ttl.Scalar != "none" && Need(ttl.Duration()) is { } limit)
        {
            if (limit == TimeSpan.Zero)
            {
                Fault(ttl, "expected none for no limit, or at least 1us; Feast's 0 is none here");
            }
            else
            {
                builder.TimeToLive(limit);
            }
        }

        if (members.TryGetValue("where", out var where) && Need(where.Formula()) is { } condition)
        {
            builder.Where(condition.ToString());
        }

        foreach (var (column, formula) in members.TryGetValue("derived", out var derived) ? derived.AllMembers() : [])
        {
            if (Need(formula.Formula()) is { } parsed)
            {
                builder.Derive(column, parsed.ToString());
            }
        }

        foreach (var (feature, definition) in members.TryGetValue("features", out var features) ? features.AllMembers() : [])
        {
            _isFaulty |= !FeatureReader.Read(builder, feature, definition);
        }

        Describe(builder, members);
        return _isFaulty ? null : DefinitionReader.Built(node, builder.Build);
    }

    private string? SourceName(DefinitionNode? node, Dictionary<string, DefinitionNode> source)
    {
        if (node is not null && source.ContainsKey("path") == source.ContainsKey("name"))
        {
            Fault(node, "expected either path, a file, or name, a source that the host binds");
        }

        if (source.TryGetValue("path", out var path) && Need(path.Text("a file")) is { } file)
        {
            paths[file] = file;
            return file;
        }

        return source.TryGetValue("name", out var named) ? Need(named.Text("a name")) : null;
    }

    private void ReadEntity(FeatureViewBuilder builder, Dictionary<string, DefinitionNode> members)
    {
        if (!members.TryGetValue("entity", out var node) || Need(node.Text("the name of an entity")) is not { } name)
        {
            return;
        }

        if (entities.TryGetValue(name, out var entity))
        {
            builder.Entity(entity);
        }
        else
        {
            Fault(node, $"entity '{name}' is not defined; entities are {(entities.Count == 0 ? "none" : string.Join(", ", entities.Keys))}");
        }
    }

    private void ReadTimes(FeatureViewBuilder builder, DefinitionNode? node, Dictionary<string, DefinitionNode> source, DefinitionNode? join)
    {
        var rules = join?.Members("at_equal_time", "availability") ?? [];
        var equal = rules.TryGetValue("at_equal_time", out var atEqual) ? Need(atEqual.Word("before", "include")) ?? 0 : 0;
        var rule = rules.TryGetValue("availability", out var known) ? Need(known.Word("enforce", "ties_only")) ?? 0 : 0;
        if (!source.TryGetValue("event_time", out var time))
        {
            if (node is not null)
            {
                Fault(node, "expected event_time");
            }
        }
        else if (Need(time.Text("a column")) is { } column)
        {
            builder.EventTime(column, (EqualTimeRule)equal);
        }

        var availability = source.TryGetValue("available_time", out var available) && Need(available.Text("a column")) is { } from ? Availability.FromColumn(from) : Availability.AtEventTime;
        if (source.TryGetValue("delay", out var delay) && Need(delay.Duration()) is { } after)
        {
            availability = availability.After(after);
        }

        if (source.TryGetValue("delay_seconds", out var seconds) && Need(seconds.Formula()) is { } formula)
        {
            availability = availability.AfterSeconds(formula.ToString());
        }

        builder.AvailableAt(availability, (AvailabilityRule)rule);
        foreach (var (key, named) in source.TryGetValue("keys", out var keys) ? keys.AllMembers() : [])
        {
            if (Need(named.Text("a column")) is { } keyColumn)
            {
                builder.KeyColumn(key, keyColumn);
            }
        }
    }

    private void ReadVersions(FeatureViewBuilder builder, Dictionary<string, DefinitionNode> source)
    {
        foreach (var (column, type) in source.TryGetValue("event_id", out var ids) ? ids.AllMembers() : [])
        {
            if (Need(type.Word(EntityKeyTypeName.All)) is { } index)
            {
                builder.EventId(column, (EntityKeyType)index);
            }
        }

        if (source.TryGetValue("deleted", out var deleted) && Need(deleted.Text("a column")) is { } flag)
        {
            builder.Deleted(flag);
        }

        if (source.TryGetValue("allowed_lateness", out var late) && Need(late.Duration()) is { } lateness)
        {
            builder.AllowedLateness(lateness);
        }
    }

    private void Describe(FeatureViewBuilder builder, Dictionary<string, DefinitionNode> members)
    {
        var version = 1;
        if (members.TryGetValue("version", out var number) && !(int.TryParse(number.Scalar, NumberStyles.None, CultureInfo.InvariantCulture, out version) && version >= 1))
        {
            Fault(number, $"expected a whole number from 1, got '{number.Scalar}'");
            version = 1;
        }

        builder.Describe(version, members.GetValueOrDefault("description")?.Scalar);
        var sensitivity = members.GetValueOrDefault("sensitivity");
        if (members.TryGetValue("owner", out var owner) && Need(owner.Text("a person or a team")) is { } answers)
        {
            builder.OwnedBy(answers, sensitivity?.Scalar);
        }
        else if (sensitivity is not null)
        {
            Fault(sensitivity, "expected an owner too: somebody answers for sensitive values");
        }

        foreach (var (tag, value) in members.TryGetValue("tags", out var tags) ? tags.AllMembers() : [])
        {
            builder.Tag(tag, value.Scalar ?? "");
        }
    }

    private void Fault(DefinitionNode node, string problem)
    {
        node.Fault(problem);
        _isFaulty = true;
    }

    private T? Need<T>(T? value)
    {
        _isFaulty |= value is null;
        return value;
    }
}
