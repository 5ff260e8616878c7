using StackExchange.Redis;
using Workflow.Features.Online.Stores;

namespace Workflow.Features.Redis;

/// <summary>What one plan asks Redis for: of each kind of key one list of fields, whatever the number of tables that share its hashes. Immutable.</summary>
internal sealed class RedisPlan
{
    public RedisPlan(OnlinePlan plan)
    {
        Parts = new Part[plan.Tables.Length];
        var groups = new List<Group>();
        for (var i = 0; i < Parts.Length; i++)
        {
            var table = plan.Tables[i].Table;
            var signature = FeastKey.Signature(table.View.Entity);
            var at = groups.FindIndex(g => g.Signature == signature);
            if (at < 0)
            {
                at = groups.Count;
                groups.Add(new Group(signature, table));
            }

            Parts[i] = new Part(at, groups[at].Fields.Count, Convert.FromHexString(table.Digest.Hex));
            groups[at].Fields.AddRange(plan.Tables[i].Features.Select(f => (RedisValue)FeastField.OfFeature(table.View.Name, f)));
            groups[at].Fields.Add(FeastField.OfTime(table.Name));
            groups[at].Fields.Add(FeastField.OfVersion(table.Name));
        }

        Groups = [.. groups.Select(static g => (g.Table, g.Fields.ToArray()))];
    }

    /// <summary>Gets, for each kind of key, a table that has it, and the fields.</summary>
    public (OnlineTable Table, RedisValue[] Fields)[] Groups { get; }

    /// <summary>Gets, for each table of the plan, where its fields are: features, then event time, then version.</summary>
    public Part[] Parts { get; }

    internal sealed record Part(int Group, int First, byte[] Digest);

    private sealed class Group(string signature, OnlineTable table)
    {
        public string Signature => signature;

        public OnlineTable Table => table;

        public List<RedisValue> Fields { get; } = [];
    }
}
