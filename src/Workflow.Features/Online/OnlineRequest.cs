using System.Text;
using Workflow.Features.Aggregation;
using Workflow.Features.Joins;
using Workflow.Features.Views;

namespace Workflow.Features.Online;

/// <summary>Reads one entity's features at a time without a batch: prepared once, filled in and read again and again, for reads of microseconds.</summary>
/// <remarks>Values are those of <see cref="OnlineFeatures.ReadAsync"/>. Not thread-safe; make one for each thread. What is set stays set for the next read.</remarks>
public sealed class OnlineRequest
{
    private readonly OnlineFeatures _online;
    private readonly FeatureService _service;
    private readonly Dictionary<string, Column> _columns = new(StringComparer.Ordinal);
    private readonly KeyPart[][] _keys;
    private readonly KeyEncoder[] _encoders;
    private readonly int[][] _places;
    private readonly FeatureValue[][] _values;
    private readonly int[][] _newest;
    private readonly Dictionary<string, double?> _numbers = new(StringComparer.Ordinal);

    internal OnlineRequest(OnlineFeatures online)
    {
        (_online, _service) = (online, online.Service);
        _keys = [.. _service.Views.Select(static v => new KeyPart[v.View.Entity.Keys.Length])];
        _encoders = [.. _service.Views.Select(static v => new KeyEncoder(v.View.Entity.Keys, []))];
        _values = [.. _service.Views.Select(static v => new FeatureValue[v.Features.Length])];
        _newest = [.. _service.Views.Select(static v => new int[v.Latest.Length])];
        _places = [.. _service.Views.Select(v => v.Features.Select(static f => f.Name).Concat(v.Latest.Select(static f => f.Name)).Select(n => _service.FeatureNames.IndexOf(v.ColumnOf(n))).ToArray())];
        for (var v = 0; v < _keys.Length; v++)
        {
            for (var k = 0; k < _keys[v].Length; k++)
            {
                _keys[v][k].IsNull = true;
                var key = _service.Views[v].View.Entity.Keys[k];
                ColumnOf(key.Name).Parts.Add((v, k, key.Type));
            }
        }

        foreach (var column in _service.RequestInputs)
        {
            ColumnOf(column);
            _numbers[column] = null;
        }
    }

    /// <summary>Sets a text key.</summary>
    /// <param name="column">A key column.</param>
    /// <param name="value">Its value.</param>
    /// <exception cref="ArgumentException">The service reads no such column, or not as text.</exception>
    public void Set(string column, ReadOnlySpan<char> value)
    {
        foreach (var (view, key, type) in Find(column).Parts)
        {
            Require(column, type == EntityKeyType.String, type, "text");
            ref var part = ref Bytes(view, key, Encoding.UTF8.GetMaxByteCount(value.Length));
            part.Length = Encoding.UTF8.GetBytes(value, part.Bytes);
        }
    }

    /// <summary>Sets an integer key, or a number that on-demand features read.</summary>
    /// <param name="column">A key column or one of a formula.</param>
    /// <param name="value">Its value.</param>
    /// <exception cref="ArgumentException">The service reads no such column, or not as an integer.</exception>
    public void Set(string column, long value)
    {
        foreach (var (view, key, type) in Find(column).Parts)
        {
            Require(column, type is EntityKeyType.Int64 or EntityKeyType.Int32, type, "an integer");
            ArgumentOutOfRangeException.ThrowIfNotEqual(type == EntityKeyType.Int32 && value != (int)value, false, nameof(value));
            _keys[view][key] = new KeyPart { Integer = value };
        }

        if (_numbers.ContainsKey(column))
        {
            _numbers[column] = value;
        }
    }

    /// <summary>Sets a number that on-demand features read; a time in microseconds since 1970 UTC.</summary>
    /// <param name="column">A column of a formula.</param>
    /// <param name="value">Its value.</param>
    /// <exception cref="ArgumentException">No formula reads such a column.</exception>
    public void SetNumber(string column, double value)
    {
        Find(column);
        if (!_numbers.ContainsKey(column))
        {
            throw new ArgumentException($"No on-demand feature of service '{_service.Name}' reads '{column}', which is a key: set it by its type.", nameof(column));
        }

        _numbers[column] = value;
    }

    /// <summary>Sets a key of bytes, or a guid as its 16 bytes in RFC 9562's order.</summary>
    /// <param name="column">A key column.</param>
    /// <param name="value">Its value; copied.</param>
    /// <exception cref="ArgumentException">The service reads no such column, or not as bytes.</exception>
    public void SetBytes(string column, ReadOnlySpan<byte> value)
    {
        foreach (var (view, key, type) in Find(column).Parts)
        {
            Require(column, type == EntityKeyType.Bytes || (type == EntityKeyType.Guid && value.Length == 16), type, $"{value.Length} bytes");
            ref var part = ref Bytes(view, key, value.Length);
            part.Length = value.Length;
            value.CopyTo(part.Bytes);
        }
    }

    /// <summary>Sets a column to null, as all are at first.</summary>
    /// <param name="column">A key column or one of a formula.</param>
    /// <exception cref="ArgumentException">The service reads no such column.</exception>
    public void SetNull(string column)
    {
        foreach (var (view, key, _) in Find(column).Parts)
        {
            _keys[view][key].IsNull = true;
        }

        if (_numbers.ContainsKey(column))
        {
            _numbers[column] = null;
        }
    }

    /// <summary>Reads the features as of a moment.</summary>
    /// <param name="time">The moment, not before the last <see cref="OnlineFeatures.Advance"/>.</param>
    /// <param name="values">One a feature in the order of the service, written. Booleans are 0 and 1, times what their column holds.</param>
    /// <param name="statuses">One a feature, written, as <see cref="OnlineAnswer.Status"/> has them; or empty.</param>
    /// <exception cref="ArgumentException">A span is too short, or the moment lies before the last advance.</exception>
    /// <exception cref="NotSupportedException">A column of the newest row holds no numbers: ask for a batch.</exception>
    public void Read(DateTimeOffset time, Span<FeatureValue> values, Span<FeatureStatus> statuses)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(values.Length, _service.FeatureNames.Length, nameof(values));
        if (!statuses.IsEmpty)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(statuses.Length, _service.FeatureNames.Length, nameof(statuses));
        }

        _online.Read(this, FeatureTime.Microseconds(time), values, statuses);
        for (var i = 0; i < _service.OnDemand.Length; i++)
        {
            var at = _service.FeatureNames.Length - _service.OnDemand.Length + i;
            for (var s = 0; s < _service.StoredInputs.Length; s++)
            {
                _numbers[_service.StoredInputs[s]] = values[_service.FeatureNames.IndexOf(_service.StoredInputs[s])].ToDouble();
            }

            values[at] = _service.OnDemand[i].Formula.Evaluate(name => _numbers[name]) is { } value ? FeatureValue.FromDouble(value) : FeatureValue.Null;
            SetStatus(statuses, at, FeatureStatus.Present, values[at]);
        }
    }

    /// <summary>Reads one view; called while the store is locked.</summary>
    internal void Read(int v, OnlineView view, long query, Span<FeatureValue> values, Span<FeatureStatus> statuses)
    {
        var isKnown = _encoders[v].TryEncode(_keys[v]);
        var (found, newest, places) = (_values[v], _newest[v], _places[v]);
        if (isKnown)
        {
            view.Read(view.Find(_encoders[v].Bytes), query, found, newest);
        }
        else
        {
            found.AsSpan().Clear();
            newest.AsSpan().Fill(LatestJoin.NotFound);
        }

        for (var i = 0; i < found.Length; i++)
        {
            values[places[i]] = found[i];
            SetStatus(statuses, places[i], isKnown ? FeatureStatus.Present : FeatureStatus.NotFound, found[i]);
        }

        for (var i = 0; i < newest.Length; i++)
        {
            var value = newest[i] < 0 ? FeatureValue.Null : view.Cells(i)!.Number(newest[i]);
            values[places[found.Length + i]] = value;
            SetStatus(statuses, places[found.Length + i], OnlineAnswer.StatusOf(newest[i]), value);
        }
    }

    private static void SetStatus(Span<FeatureStatus> statuses, int at, FeatureStatus status, in FeatureValue value)
    {
        if (!statuses.IsEmpty)
        {
            statuses[at] = status == FeatureStatus.Present && value.IsNull ? FeatureStatus.NullValue : status;
        }
    }

    private ref KeyPart Bytes(int view, int key, int length)
    {
        ref var part = ref _keys[view][key];
        part.IsNull = false;
        if (part.Bytes is null || part.Bytes.Length < length)
        {
            part.Bytes = new byte[Math.Max(32, length)];
        }

        return ref part;
    }

    private Column Find(string column)
    {
        ArgumentNullException.ThrowIfNull(column);
        return _columns.TryGetValue(column, out var known)
            ? known
            : throw new ArgumentException($"Feature service '{_service.Name}' reads the columns {string.Join(", ", _columns.Keys)}, got '{column}'.", nameof(column));
    }

    private Column ColumnOf(string name)
    {
        if (!_columns.TryGetValue(name, out var column))
        {
            _columns.Add(name, column = new Column());
        }

        return column;
    }

    private static void Require(string column, bool fits, EntityKeyType type, string actual)
    {
        if (!fits)
        {
            throw new ArgumentException($"Key column '{column}' expects {EntityKeyTypeName.Of(type)}, got {actual}; keys are not converted.", nameof(column));
        }
    }

    private sealed class Column
    {
        public List<(int View, int Key, EntityKeyType Type)> Parts { get; } = [];
    }
}
