using System.Globalization;
using CsCheck;
using Workflow.Data.Metadata;
using Workflow.Data.Registry;
using Xunit;

namespace Workflow.Testing.Registry;

/// <summary>Any sequence of orders does to the registry what it does to a few lists in memory. Derive a public test class from it.</summary>
public abstract class RegistryModelConformance
{
    // Mostly one model with one alias, and mostly orders that are carried out: otherwise few histories grow long enough to be interesting.
    private static readonly Gen<RegistryOrder> AnyOrder = Gen.Select(
        Gen.Frequency(
            (30, Gen.Const(RegistryOrderKind.Register)),
            (40, Gen.Const(RegistryOrderKind.Set)),
            (30, Gen.Const(RegistryOrderKind.Rollback)),
            (12, Gen.Const(RegistryOrderKind.Remove)),
            (12, Gen.Const(RegistryOrderKind.Delete)),
            (8, Gen.Const(RegistryOrderKind.Restore))),
        Gen.Frequency((5, Gen.Const("model-a")), (1, Gen.Const("model-b"))),
        Gen.Frequency((5, Gen.Const("alias-a")), (1, Gen.Const("alias-b"))),
        Gen.Int[1, 4],
        Gen.Frequency((3, Gen.Const((int?)null)), (1, Gen.Int[0, 6].Select(i => (int?)i))),
        (kind, model, alias, value, expected) => new RegistryOrder(kind, model, alias, value, expected));

    /// <summary>Opens the database under test once more, as another process would. It is empty at the start of a test.</summary>
    /// <param name="timeProvider">The clock of the new object.</param>
    protected abstract MetadataDatabase Open(TimeProvider timeProvider);

    /// <summary>Every answer, and the state in the end, are those of the definition.</summary>
    [Fact]
    public async Task Any_sequence_of_orders_agrees_with_the_oracle()
    {
        using var database = Open(TimeProvider.System);
        var registry = new ModelRegistry(database);
        var sample = 0;
        await AnyOrder.Array[10, 40].SampleAsync(
            async orders =>
            {
                // One database serves all samples: each has its own models.
                var own = $"s{++sample}-";
                var before = (await registry.VerifyAuditAsync()).Entries;
                var oracle = new RegistryOracle();
                foreach (var order in orders.Select(o => o with { Model = own + o.Model }))
                {
                    Assert.Equal(oracle.Run(order), await RunAsync(registry, order));
                }

                foreach (var (model, artifacts) in oracle.Versions)
                {
                    Assert.Equal(oracle.Living(model).Select(n => RegistryDrafts.Digest(artifacts[(int)n - 1])), (await registry.ListVersionsAsync(model)).Select(v => v.Artifact));
                }

                foreach (var ((model, alias), history) in oracle.History)
                {
                    Assert.Equal(history, (await registry.GetAliasHistoryAsync(model, alias)).Select(a => a.Version));
                    Assert.Equal(history[^1], (await registry.GetAliasesAsync(model)).SingleOrDefault(a => a.Alias == alias)?.Version ?? 0);
                }

                var report = await registry.VerifyAuditAsync();
                Assert.True(report.IsIntact, report.FirstFault?.What);
                Assert.Equal(oracle.Entries, report.Entries - before);
            },
            iter: 40,
            threads: 1);
    }

    private static async Task<string> RunAsync(ModelRegistry registry, RegistryOrder order)
    {
        try
        {
            switch (order.Kind)
            {
                case RegistryOrderKind.Register:
                    return (await registry.RegisterAsync(RegistryDrafts.Version(order.Model, order.Value))).Number.ToString(CultureInfo.InvariantCulture);
                case RegistryOrderKind.Set:
                    return Text(await registry.SetAliasAsync(RegistryDrafts.Change(order.Model, order.Alias, order.Value, order.Expected)));
                case RegistryOrderKind.Rollback:
                    return Text(await registry.RollbackAsync(RegistryDrafts.Rollback(order.Model, order.Alias, order.Expected)));
                case RegistryOrderKind.Remove:
                    var removal = RegistryDrafts.Removal(order.Model, order.Alias);
                    removal.ExpectedGeneration = order.Expected;
                    return Text(await registry.RemoveAliasAsync(removal));
                case RegistryOrderKind.Delete:
                    return $"deleted {(await registry.DeleteVersionAsync(RegistryDrafts.Deletion(order.Model, order.Value))).Version}";
                default:
                    return $"restored {(await registry.RestoreVersionAsync(RegistryDrafts.Deletion(order.Model, order.Value))).Number}";
            }
        }
        catch (Exception e) when (e is ModelNotFoundException or AliasConflictException or InvalidOperationException or ModelInUseException)
        {
            return e.GetType().Name;
        }

        static string Text(AliasAssignment a) => $"{a.Version} before {a.PreviousVersion} back {a.RollbackVersion} generation {a.Generation}";
    }
}
