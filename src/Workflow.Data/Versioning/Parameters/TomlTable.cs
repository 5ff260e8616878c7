namespace Workflow.Data.Versioning.Parameters;

/// <summary>A table while a TOML file is read: it may be continued further down.</summary>
internal sealed class TomlTable
{
    private readonly OrderedDictionary<string, object> _members = new(StringComparer.Ordinal);
    private bool _isDefined;

    /// <summary>Goes into a table, the last one of a list of tables, or a new one.</summary>
    /// <returns>Null when the key has another value.</returns>
    public TomlTable? Enter(string key)
    {
        if (!_members.TryGetValue(key, out var value))
        {
            _members[key] = value = new TomlTable();
        }

        return value as TomlTable ?? (value as List<TomlTable>)?[^1];
    }

    /// <summary>Begins a table under its own header.</summary>
    /// <returns>Null when there was one before, or the key has another value.</returns>
    public TomlTable? Define(string key)
    {
        if (_members.GetValueOrDefault(key) is List<TomlTable> || Enter(key) is not { _isDefined: false } table)
        {
            return null;
        }

        table._isDefined = true;
        return table;
    }

    /// <summary>Begins the next table of a list.</summary>
    public TomlTable? AddItem(string key)
    {
        if (!_members.TryGetValue(key, out var value))
        {
            _members[key] = value = new List<TomlTable>();
        }

        if (value is not List<TomlTable> list)
        {
            return null;
        }

        list.Add(new TomlTable());
        return list[^1];
    }

    public bool TrySet(string key, object value) => _members.TryAdd(key, value);

    public ParameterValue ToValue() => ParameterValue.Map(_members.Select(static m => KeyValuePair.Create(m.Key, ToValue(m.Value))));

    public static ParameterValue ToValue(object value) => value switch
    {
        TomlTable table => table.ToValue(),
        List<TomlTable> list => ParameterValue.List(list.Select(static t => t.ToValue())),
        _ => (ParameterValue)value,
    };
}
