using StackExchange.Redis;

namespace Workflow.Features.Redis;

/// <summary>The compare-and-set of one row, which Redis runs as a whole; in two forms that differ in how a hash is set.</summary>
internal static class RedisScript
{
    /// <summary>The bytes of the version field before the copy of the event time.</summary>
    public const int VersionHead = 44;

    /// <remarks>
    /// KEYS[1]: the entity's hash. ARGV: the fields of the event time and of the version; the new event time and availability, each as
    /// whole seconds and microseconds; the digest; what to set; the seconds until the key expires, or 0; the number of fields.
    /// Gives 1 if the row was set, 0 if it was not newer, 2 if this form cannot set it. The version counts only if Feast has not written since: it holds a copy of
    /// the event time that it belongs to. Without one a row was available at its event time, and of whatever definition.
    /// </remarks>
    private const string Compare = """
        local stored = redis.call('HMGET', KEYS[1], ARGV[1], ARGV[2])
        local ts, version = stored[1], stored[2]
        local known = ts and version and string.len(version) >= 44 and string.sub(version, 45) == ts
        if ts then
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

        """;

    // The pairs in MessagePack, set field by field beside those of other tables.
    private const string SetFields = """
        local fields = cmsgpack.unpack(ARGV[8])
        for i = 1, #fields, 4000 do
          redis.call('HSET', KEYS[1], unpack(fields, i, math.min(i + 3999, #fields)))
        end
        if ARGV[9] ~= '0' then redis.call('EXPIRE', KEYS[1], ARGV[9]) end
        return 1
        """;

    // A dump of the whole hash: right where nothing is there yet, or nothing but this table's own fields, which the same definition
    // has written. Everything else, and a server that does not take it, is left to the other form.
    private const string SetWhole = """
        local ttl = tonumber(ARGV[9]) * 1000
        if ts then
          if not known or string.sub(version, 13, 44) ~= ARGV[7] or redis.call('HLEN', KEYS[1]) ~= tonumber(ARGV[10]) then return 2 end
          if ttl == 0 then ttl = math.max(redis.call('PTTL', KEYS[1]), 0) end
        elseif redis.call('EXISTS', KEYS[1]) == 1 then
          return 2
        end
        local done = redis.pcall('RESTORE', KEYS[1], ttl, ARGV[8], 'REPLACE')
        if done.err then return 2 end
        return 1
        """;

    /// <summary>Sets a row whose hash no other table shares.</summary>
    public static Task<RedisResult> RunWholeAsync(IDatabase database, byte[] key, RedisValue[] values) => database.ScriptEvaluateAsync(Compare + SetWhole, [key], values);

    /// <summary>Sets any row.</summary>
    public static Task<RedisResult> RunAsync(IDatabase database, byte[] key, RedisValue[] values) => database.ScriptEvaluateAsync(Compare + SetFields, [key], values);
}
