using System.Text.Json;
using StackExchange.Redis;

namespace Workflow.Features.Redis.Tests;

/// <summary>A dump of Redis in the golden files, and a database beside it.</summary>
internal static class GoldenDump
{
    /// <summary>Gives every field of a dump as one line, and every key's time to live.</summary>
    public static List<string> Lines(JsonElement dump) =>
    [
        .. dump.EnumerateArray().SelectMany(static key => key.GetProperty("fields").EnumerateArray()
            .Select(f => $"{key.GetProperty("keyHex").GetString()} {f.GetProperty("fieldHex").GetString()} = {f.GetProperty("valueHex").GetString()}")
            .Append($"{key.GetProperty("keyHex").GetString()} ttl {key.GetProperty("ttl").GetInt64()}")).Order(StringComparer.Ordinal),
    ];

    /// <summary>Gives what a database holds of some projects in the same form, without what Feast does not know.</summary>
    public static List<string> Lines(IServer server, IDatabase database)
    {
        var lines = new List<string>();
        foreach (var key in server.Keys(pageSize: 1000))
        {
            if (key.ToString().StartsWith("workflow:", StringComparison.Ordinal))
            {
                continue;
            }

            var hex = Convert.ToHexStringLower((byte[])key!);
            lines.AddRange(database.HashGetAll(key)
                .Where(static f => !((string)f.Name!).StartsWith("_wf:", StringComparison.Ordinal))
                .Select(f => $"{hex} {Convert.ToHexStringLower((byte[])f.Name!)} = {Convert.ToHexStringLower((byte[])f.Value!)}"));

            // As the golden files have it: read within 20 seconds it is the number that was set.
            var ttl = database.KeyTimeToLive(key)?.TotalSeconds ?? -1;
            lines.Add($"{hex} ttl {(ttl < 0 ? -1 : new[] { 100, 3600, 86_400 }.First(n => ttl <= n && ttl > n - 20))}");
        }

        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    /// <summary>Makes a database hold what Feast left.</summary>
    public static void Load(JsonElement dump, IDatabase database)
    {
        foreach (var key in dump.EnumerateArray())
        {
            var name = Convert.FromHexString(key.GetProperty("keyHex").GetString()!);
            foreach (var field in key.GetProperty("fields").EnumerateArray())
            {
                database.HashSet(name, Convert.FromHexString(field.GetProperty("fieldHex").GetString()!), Convert.FromHexString(field.GetProperty("valueHex").GetString()!));
            }

            if (key.GetProperty("ttl").GetInt64() is > 0 and var ttl)
            {
                database.KeyExpire(name, TimeSpan.FromSeconds(ttl));
            }
        }
    }
}
