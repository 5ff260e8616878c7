using StackExchange.Redis;

namespace Workflow.Features.Redis;

/// <summary>The compare-and-set of one row, which Redis runs as a whole.</summary>
internal static class RedisScript
{
    /// <summary>The bytes of the version field before the copy of the event time.</summary>
    public const int VersionHead = 44;

    /// <remarks>
    /// KEYS[1]: the entity's hash. ARGV: the fields of the event time and of the version; the new event time and availability, each as
    /// whole seconds and microseconds; the digest; the field and value pairs in MessagePack; the seconds until the key expires, or 0.
    /// Gives 1 if the row was set, 0 if it was not newer. The version counts only if Feast has not written since: it holds a copy of
    /// the event time that it belongs to. Without one a row was available at its event time, and of whatever definition.
    /// </remarks>
    public const string Text = """
        local stored = redis.call('HMGET', KEYS[1], ARGV[1], ARGV[2])
        local ts, version = stored[1], stored[2]
        if ts then
          local known = version and string.len(version) >= 44 and string.sub(version, 45) == ts
          if not known or string.sub(version, 13, 44) == ARGV[7] then
            local seconds, micros, i, n = 0, 0, 1, string.len(ts)
            while i <= n do
              local tag, value, flipped, scale, count, byte = string.byte(ts, i), 0, 0, 1, 0, 128
              i = i + 1
              while byte >= 128 and i <= n do
                byte = string.byte(ts, i)
                i, count = i + 1, count + 1
                if count <= 9 then
                  value = value + (byte % 128) * scale
                  flipped = flipped + (127 - byte % 128) * scale
                  scale = scale * 128
                end
              end
              if count == 10 then value = -(flipped + 1) end
              if tag == 8 then seconds = value elseif tag == 16 then micros = math.floor(value / 1000) end
            end
            local as, am = seconds, micros
            if known then as, am = struct.unpack('<i8I4', version) end
            local ns, nm = tonumber(ARGV[3]), tonumber(ARGV[4])
            if ns < seconds or (ns == seconds and nm < micros) then return 0 end
            if ns == seconds and nm == micros then
              local bs, bm = tonumber(ARGV[5]), tonumber(ARGV[6])
              if bs < as or (bs == as and bm <= am) then return 0 end
            end
          end
        end
        local fields = cmsgpack.unpack(ARGV[8])
        for i = 1, #fields, 4000 do
          redis.call('HSET', KEYS[1], unpack(fields, i, math.min(i + 3999, #fields)))
        end
        if ARGV[9] ~= '0' then redis.call('EXPIRE', KEYS[1], ARGV[9]) end
        return 1
        """;

    public static Task<RedisResult> RunAsync(IDatabase database, byte[] key, RedisValue[] values) => database.ScriptEvaluateAsync(Text, [key], values);
}
