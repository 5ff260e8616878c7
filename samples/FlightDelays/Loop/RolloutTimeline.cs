using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Workflow.Data.Definitions;
using Workflow.Data.Pages;
using Workflow.Inference.Rollouts;

namespace FlightDelays.Loop;

/// <summary>What a rollout did and when: as JSON between the steps, as a timeline in the report.</summary>
internal static class RolloutTimeline
{
    public static byte[] Write(ImmutableArray<RolloutStatus> timeline) => CanonicalJson.Serialize(new JsonArray(
    [
        .. timeline.Select(s => (JsonNode)new JsonObject
        {
            ["at"] = s.At.ToString("O", CultureInfo.InvariantCulture),
            ["phase"] = s.Phase.ToString(),
            ["weight"] = s.Weight,
            ["reason"] = s.Reason,
        }),
    ]));

    /// <summary>Gives one item for each stretch of the rollout.</summary>
    /// <param name="json">What <see cref="Write"/> wrote.</param>
    /// <param name="end">When traffic ended.</param>
    public static ImmutableArray<TimelineItem> Read(byte[] json, DateTimeOffset end)
    {
        var states = JsonNode.Parse(json)!.AsArray();
        var items = ImmutableArray.CreateBuilder<TimelineItem>();
        for (var i = 0; i < states.Count; i++)
        {
            var phase = states[i]!["phase"]!.GetValue<string>();
            items.Add(new TimelineItem
            {
                Label = phase == nameof(RolloutPhase.Running) ? string.Create(CultureInfo.InvariantCulture, $"{states[i]!["weight"]!.GetValue<double>():0.#} %") : phase,
                Start = At(states[i]!),
                End = i + 1 < states.Count ? At(states[i + 1]!) : end,
                Detail = states[i]!["reason"]!.GetValue<string>(),
                Tone = phase switch
                {
                    nameof(RolloutPhase.Promoted) => PageTone.Good,
                    nameof(RolloutPhase.RolledBack) => PageTone.Bad,
                    nameof(RolloutPhase.NotEnoughEvidence) => PageTone.Warning,
                    _ => PageTone.Neutral,
                },
            });
        }

        return items.ToImmutable();
    }

    private static DateTimeOffset At(JsonNode state) => DateTimeOffset.Parse(state["at"]!.GetValue<string>(), CultureInfo.InvariantCulture);
}
