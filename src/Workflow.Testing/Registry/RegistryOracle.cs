using Workflow.Data.Registry;

namespace Workflow.Testing.Registry;

/// <summary>
/// The definition: a list of artifacts for each model; for each alias its holders (0 for nobody) and, for each of these, the stack that a
/// rollback goes back through.
/// </summary>
internal sealed class RegistryOracle
{
    private readonly Dictionary<(string Model, string Alias), List<List<long>>> _stacks = [];
    private readonly HashSet<(string Model, long Number)> _deleted = [];

    public Dictionary<string, List<int>> Versions { get; } = [];

    public Dictionary<(string Model, string Alias), List<long>> History { get; } = [];

    /// <summary>How many orders changed something.</summary>
    public int Entries { get; private set; }

    public IEnumerable<long> Living(string model) =>
        Enumerable.Range(1, Versions.GetValueOrDefault(model)?.Count ?? 0).Select(n => (long)n).Where(n => !_deleted.Contains((model, n)));

    public string Run(RegistryOrder order) => order.Kind switch
    {
        RegistryOrderKind.Register => Register(order),
        RegistryOrderKind.Delete => Delete(order),
        RegistryOrderKind.Restore => Restore(order),
        _ => Move(order),
    };

    private string Register(RegistryOrder order)
    {
        var versions = Versions.GetValueOrDefault(order.Model) ?? [];
        if (!versions.Contains(order.Value))
        {
            Entries++;
            Versions[order.Model] = versions = [.. versions, order.Value];
        }

        var number = versions.IndexOf(order.Value) + 1;
        return _deleted.Contains((order.Model, number)) ? nameof(InvalidOperationException) : $"{number}";
    }

    private string Delete(RegistryOrder order)
    {
        var key = (order.Model, (long)order.Value);
        if (_deleted.Contains(key))
        {
            return $"deleted {order.Value}";
        }

        if (!Living(order.Model).Contains(order.Value))
        {
            return nameof(ModelNotFoundException);
        }

        // A live alias points at it, or its rollback would lead to it.
        if (_stacks.Any(s => s.Key.Model == order.Model && s.Value[^1] is var stack && stack[^1] > 0 && stack.TakeLast(2).Contains(order.Value)))
        {
            return nameof(ModelInUseException);
        }

        Entries++;
        _deleted.Add(key);
        return $"deleted {order.Value}";
    }

    private string Restore(RegistryOrder order)
    {
        if (_deleted.Remove((order.Model, order.Value)))
        {
            Entries++;
        }

        return Living(order.Model).Contains(order.Value) ? $"restored {order.Value}" : nameof(ModelNotFoundException);
    }

    private string Move(RegistryOrder order)
    {
        var key = (order.Model, order.Alias);
        var history = History.GetValueOrDefault(key) ?? [];
        var stacks = _stacks.GetValueOrDefault(key) ?? [];
        var stack = stacks.Count == 0 ? [] : stacks[^1];
        if (order.Kind is RegistryOrderKind.Set ? !Living(order.Model).Contains(order.Value) : history.Count == 0)
        {
            return nameof(ModelNotFoundException);
        }

        if (!IsRepeated(order, history, stacks))
        {
            if (order.Expected is { } expected && expected != history.Count)
            {
                return nameof(AliasConflictException);
            }

            if (order.Kind is RegistryOrderKind.Rollback && (stack.Count < 2 || _deleted.Contains((order.Model, stack[^2]))))
            {
                return nameof(InvalidOperationException);
            }

            Entries++;
            stack = Next(order, stack);
            History[key] = history = [.. history, stack[^1]];
            _stacks[key] = [.. stacks, stack];
        }

        var before = history.Count > 1 && history[^2] > 0 ? history[^2] : (long?)null;
        var back = stack.Count > 1 ? stack[^2] : (long?)null;
        return $"{history[^1]} before {before} back {back} generation {history.Count}";
    }

    // Already so: the same holder, or a rollback of the generation before that led exactly here.
    private static bool IsRepeated(RegistryOrder order, List<long> history, List<List<long>> stacks) => order.Kind switch
    {
        RegistryOrderKind.Set => history.Count > 0 && history[^1] == order.Value,
        RegistryOrderKind.Remove => history[^1] == 0,
        _ => order.Expected >= 1 && order.Expected == history.Count - 1 && stacks[^2].Count > 1 && stacks[^2][..^1].SequenceEqual(stacks[^1]),
    };

    private static List<long> Next(RegistryOrder order, List<long> stack)
    {
        if (order.Kind is RegistryOrderKind.Rollback)
        {
            return stack[..^1];
        }

        if (order.Kind is RegistryOrderKind.Remove)
        {
            return [.. stack, 0];
        }

        // A time without a holder is nothing to go back to, and neither is the version itself.
        var holders = stack.Count > 0 && stack[^1] == 0 ? stack[..^1] : stack;
        return holders.Count > 0 && holders[^1] == order.Value ? holders : [.. holders, order.Value];
    }
}
