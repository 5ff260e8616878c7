namespace Workflow.Features.Online.Stores;

/// <summary>One table of the embedded store in memory: immutable rows by the number of their key.</summary>
/// <remarks>Readers may read while one writer writes: keys and places are looked up under a lock, rows are never changed.</remarks>
internal sealed class EmbeddedTable
{
    /// <summary>Stands where a row of another definition was.</summary>
    public static readonly byte[] OtherDefinition = [];

    private readonly Lock _lock = new();
    private readonly KeyTable _keys = new();
    private byte[]?[] _rows = [];

    public EmbeddedTable(string name, OnlineTableState state) => (Name, State, Layout) = (name, state, new RowLayout(state));

    public string Name { get; }

    public OnlineTableState State { get; private set; }

    public RowLayout Layout { get; private set; }

    /// <summary>Gets the number of keys that were ever written.</summary>
    public int KeyCount => _keys.Count;

    /// <summary>Takes a state: under another definition or other types no row can be read any more.</summary>
    public void Set(OnlineTableState state)
    {
        lock (_lock)
        {
            if (state.Digest != State.Digest || !SameTypes(state, State))
            {
                for (var i = 0; i < _rows.Length; i++)
                {
                    _rows[i] = _rows[i] is null ? null : OtherDefinition;
                }

                Layout = new RowLayout(state);
            }

            State = state;
        }
    }

    /// <summary>Gives a key's number, and a new number to a new key.</summary>
    public int Number(ReadOnlySpan<byte> key)
    {
        lock (_lock)
        {
            var number = _keys.Add(key);
            if (number >= _rows.Length)
            {
                Array.Resize(ref _rows, Math.Max(16, checked(2 * _rows.Length)));
            }

            return number;
        }
    }

    /// <summary>Gives a row, or null.</summary>
    public byte[]? Row(int number) => _rows[number];

    /// <summary>Gives a key by its number.</summary>
    public ReadOnlySpan<byte> Key(int number) => _keys[number];

    public void Put(int number, byte[] row)
    {
        lock (_lock)
        {
            _rows[number] = row;
        }
    }

    /// <summary>Finds the row of a key; null where there is none.</summary>
    public byte[]? Find(ReadOnlySpan<byte> key, out RowLayout layout)
    {
        lock (_lock)
        {
            layout = Layout;
            return _keys.Find(key) is >= 0 and var number ? _rows[number] : null;
        }
    }

    /// <summary>Says whether a row replaces another: the one rule of every store.</summary>
    public static bool Wins(long eventTime, long available, ReadOnlySpan<byte> stored) =>
        stored.IsEmpty || eventTime > RowLayout.EventTime(stored) || (eventTime == RowLayout.EventTime(stored) && available > RowLayout.Available(stored));

    private static bool SameTypes(OnlineTableState a, OnlineTableState b) => a.Schema.FieldsList.Select(Describe).SequenceEqual(b.Schema.FieldsList.Select(Describe), StringComparer.Ordinal);

    private static string Describe(Apache.Arrow.Field field) => $"{field.Name} {Data.Tables.TableSchema.Describe(field.DataType)}";
}
