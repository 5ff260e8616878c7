using System.Buffers;
using System.Buffers.Binary;
using StackExchange.Redis;
using Workflow.Features.Online.Stores;

namespace Workflow.Features.Redis;

/// <summary>Packs rows of one batch into the arguments of <see cref="RedisScript"/>: one buffer a row, no object a field. Not thread-safe.</summary>
internal sealed class RedisRowWriter
{
    private const int DigestBytes = 32;

    // The event time and the version.
    private const int OwnFields = 2;
    private readonly FeastValueWriter[] _columns;
    private readonly byte[][] _fields;
    private readonly byte[] _timeField;
    private readonly byte[] _versionField;
    private readonly byte[] _digest;
    private readonly RedisValue _expiry;
    private readonly RedisValue _fieldCount;
    private readonly FeastKey _key;
    private readonly OnlineRows _rows;
    private readonly ArrayBufferWriter<byte> _value = new(64);
    private readonly ArrayBufferWriter<byte> _version = new(64);
    private readonly ArrayBufferWriter<byte> _pack = new(1024);
    private readonly RedisDump _dump = new();

    public RedisRowWriter(OnlineRows rows, FeastKey key, TimeSpan? keyTimeToLive)
    {
        var table = rows.Table;
        (_rows, _key) = (rows, key);
        _columns = [.. table.Features.Select((name, i) => new FeastValueWriter(name, rows.Values.Column(i)))];
        _fields = [.. table.Features.Select(name => FeastField.OfFeature(table.View.Name, name))];
        (_timeField, _versionField) = (FeastField.OfTime(table.Name), FeastField.OfVersion(table.Name));
        _digest = Convert.FromHexString(table.Digest.Hex);
        _expiry = (long)(keyTimeToLive?.TotalSeconds ?? 0);
        _fieldCount = _columns.Length + OwnFields;
    }

    public byte[] Key(int row) => _key.Of(_rows.Keys, row)!;

    /// <summary>Gives the arguments of the script for a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="isWhole">Whether the hash is set as a whole.</param>
    public RedisValue[] Arguments(int row, bool isWhole)
    {
        var time = _rows.Times.EventMicroseconds.Span[row];
        var (seconds, micros) = FeastTimestamp.Split(time);
        var (availableSeconds, availableMicros) = FeastTimestamp.Split(_rows.Times.AvailableMicroseconds.Span[row]);
        _version.ResetWrittenCount();
        BinaryPrimitives.WriteInt64LittleEndian(_version.GetSpan(8), availableSeconds);
        _version.Advance(8);
        BinaryPrimitives.WriteInt32LittleEndian(_version.GetSpan(4), availableMicros);
        _version.Advance(4);
        _version.Write(_digest);
        FeastTimestamp.Write(time, _version);
        return [_timeField, _versionField, seconds, micros, availableSeconds, availableMicros, _digest, isWhole ? Whole(row) : Fields(row), _expiry, _fieldCount];
    }

    private byte[] Whole(int row)
    {
        _dump.Begin();
        _dump.Add(_timeField);
        _dump.Add(_version.WrittenSpan[RedisScript.VersionHead..]);
        _dump.Add(_versionField);
        _dump.Add(_version.WrittenSpan);
        for (var i = 0; i < _columns.Length; i++)
        {
            _value.ResetWrittenCount();
            _columns[i].Write(row, _value);
            _dump.Add(_fields[i]);
            _dump.Add(_value.WrittenSpan);
        }

        return _dump.End();
    }

    private byte[] Fields(int row)
    {
        _pack.ResetWrittenCount();
        WriteCount(2 * (_columns.Length + OwnFields));
        WriteText(_timeField);
        WriteText(_version.WrittenSpan[RedisScript.VersionHead..]);
        WriteText(_versionField);
        WriteText(_version.WrittenSpan);
        for (var i = 0; i < _columns.Length; i++)
        {
            WriteText(_fields[i]);
            _value.ResetWrittenCount();
            _columns[i].Write(row, _value);
            WriteText(_value.WrittenSpan);
        }

        return _pack.WrittenSpan.ToArray();
    }

    /// <summary>Reads what the version field holds: when the row could be known, and the digest of its definition; false where it belongs to another event time.</summary>
    public static bool TryReadVersion(ReadOnlySpan<byte> version, ReadOnlySpan<byte> time, out long available, out ReadOnlySpan<byte> digest)
    {
        available = 0;
        digest = default;
        if (version.Length < RedisScript.VersionHead || !version[RedisScript.VersionHead..].SequenceEqual(time))
        {
            return false;
        }

        var seconds = BinaryPrimitives.ReadInt64LittleEndian(version);
        var unknown = FeastTimestamp.Split(long.MinValue).Seconds;
        available = seconds <= unknown ? long.MinValue : (seconds * 1_000_000) + BinaryPrimitives.ReadInt32LittleEndian(version[8..]);
        digest = version.Slice(12, DigestBytes);
        return true;
    }

    // MessagePack: an array of strings.
    private void WriteCount(int count)
    {
        _pack.GetSpan(1)[0] = 0xdd;
        _pack.Advance(1);
        BinaryPrimitives.WriteInt32BigEndian(_pack.GetSpan(4), count);
        _pack.Advance(4);
    }

    private void WriteText(ReadOnlySpan<byte> text)
    {
        var head = _pack.GetSpan(5);
        if (text.Length < 32)
        {
            head[0] = (byte)(0xa0 | text.Length);
            _pack.Advance(1);
        }
        else
        {
            head[0] = 0xdb;
            BinaryPrimitives.WriteInt32BigEndian(head[1..], text.Length);
            _pack.Advance(5);
        }

        _pack.Write(text);
    }
}
