using CsCheck;
using Workflow.Data.Registry;

namespace Workflow.Data.Tests.Registry;

/// <summary>Any sequence of orders does to the registry what it does to a few lists in memory.</summary>
public sealed class ModelRegistryModelTests
{
    // Mostly one model with one alias, and mostly orders that are carried out: otherwise few histories grow long enough to be interesting.
    private static readonly Gen<Order> AnyOrder = Gen.Select(
        Gen.Int[0, 9],
        Gen.Frequency((5, Gen.Const("model-a")), (1, Gen.Const("model-b"))),
        Gen.Frequency((5, Gen.Const("alias-a")), (1, Gen.Const("alias-b"))),
        Gen.Int[1, 4],
        Gen.Frequency((3, Gen.Const((int?)null)), (1, Gen.Int[0, 6].Select(i => (int?)i)))).Select(
        (kind, model, alias, value, expected) => new Order(kind, model, alias, value, expected));

    [Fact]
    public async Task Any_sequence_of_orders_agrees_with_the_oracle() =>
        await AnyOrder.Array[10, 40].SampleAsync(
            async orders =>
            {
                using var fixture = new RegistryFixture();
                var oracle = new Oracle();
                foreach (var order in orders)
                {
                    Assert.Equal(oracle.Run(order), await RunAsync(fixture.Registry, order));
                }

                foreach (var (model, artifacts) in oracle.Versions)
                {
                    Assert.Equal(artifacts.Select(RegistryFixture.Digest), (await fixture.Registry.ListVersionsAsync(model)).Select(v => v.Artifact));
                }

                foreach (var ((model, alias), history) in oracle.History)
                {
                    Assert.Equal(history, (await fixture.Registry.GetAliasHistoryAsync(model, alias)).Select(a => a.Version));
                    Assert.Equal(history[^1], (await fixture.Registry.ResolveAsync($"{model}@{alias}")).Number);
                }

                var report = await fixture.Registry.VerifyAuditAsync();
                Assert.True(report.IsIntact, report.FirstFault?.What);
                Assert.Equal(oracle.Versions.Sum(v => v.Value.Count) + oracle.History.Sum(h => h.Value.Count), report.Entries);
            },
            iter: 40,
            threads: 2);

    private static async Task<string> RunAsync(ModelRegistry registry, Order order)
    {
        try
        {
            return order.Kind switch
            {
                < 3 => (await registry.RegisterAsync(RegistryFixture.Draft(order.Model, order.Value))).Number.ToString(System.Globalization.CultureInfo.InvariantCulture),
                < 7 => Text(await registry.SetAliasAsync(RegistryFixture.Change(order.Model, order.Alias, order.Value, order.Expected))),
                _ => Text(await registry.RollbackAsync(RegistryFixture.Rollback(order.Model, order.Alias, order.Expected))),
            };
        }
        catch (Exception e) when (e is ModelNotFoundException or AliasConflictException or InvalidOperationException)
        {
            return e.GetType().Name;
        }

        static string Text(AliasAssignment a) => $"{a.Version} before {a.PreviousVersion} back {a.RollbackVersion} generation {a.Generation}";
    }

    private sealed record Order(int Kind, string Model, string Alias, int Value, int? Expected);

    /// <summary>The definition: a list of artifacts for each model; for each alias its holders and, for each of these, the ones a rollback goes back through.</summary>
    private sealed class Oracle
    {
        private readonly Dictionary<(string, string), List<List<long>>> _stacks = [];

        public Dictionary<string, List<int>> Versions { get; } = [];

        public Dictionary<(string Model, string Alias), List<long>> History { get; } = [];

        public string Run(Order order)
        {
            var versions = Versions.GetValueOrDefault(order.Model) ?? [];
            if (order.Kind < 3)
            {
                if (!versions.Contains(order.Value))
                {
                    Versions[order.Model] = [.. versions, order.Value];
                }

                return $"{Versions[order.Model].IndexOf(order.Value) + 1}";
            }

            var key = (order.Model, order.Alias);
            var history = History.GetValueOrDefault(key) ?? [];
            var stacks = _stacks.GetValueOrDefault(key) ?? [];
            var stack = stacks.Count == 0 ? [] : stacks[^1];
            var isRollback = order.Kind >= 7;
            if (isRollback ? history.Count == 0 : order.Value > versions.Count)
            {
                return nameof(ModelNotFoundException);
            }

            // Already so: the same holder, or a rollback of the generation before that led exactly here.
            var isRepeated = isRollback
                ? order.Expected >= 1 && order.Expected == history.Count - 1 && stacks[^2].Count > 1 && stacks[^2][..^1].SequenceEqual(stack)
                : history.Count > 0 && history[^1] == order.Value;
            if (!isRepeated)
            {
                if (order.Expected is { } expected && expected != history.Count)
                {
                    return nameof(AliasConflictException);
                }

                if (isRollback && stack.Count < 2)
                {
                    return nameof(InvalidOperationException);
                }

                List<long> next = isRollback ? stack[..^1] : [.. stack, order.Value];
                History[key] = history = [.. history, next[^1]];
                _stacks[key] = stacks = [.. stacks, next];
                stack = next;
            }

            var before = history.Count > 1 ? history[^2] : (long?)null;
            var back = stack.Count > 1 ? stack[^2] : (long?)null;
            return $"{history[^1]} before {before} back {back} generation {history.Count}";
        }
    }
}
