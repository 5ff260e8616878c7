using Microsoft.Extensions.DependencyInjection;
using Workflow.Features.Catalog;
using Workflow.Features.Offline;
using Workflow.Features.Online;
using Workflow.Features.Views;

namespace Workflow.Features.Tests.Catalog;

public sealed class FeaturesBuilderTests
{
    [Fact]
    public async Task A_host_gets_training_sets_and_online_features_by_the_services_name()
    {
        var log = new[] { new LogEvent("A", "B", 1, 1) { Distance = 0 }, new LogEvent("A", "B", 9, 9) { Distance = 0 } };
        using var events = LogEvent.Table(log);
        var services = new ServiceCollection();
        services.AddWorkflowFeatures().AddSource("log", _ => events).AddView(TestServices.Ordered).AddService(TestServices.Commutative);
        services.AddWorkflowFeatures();
        await using var provider = services.BuildServiceProvider();

        using var set = await provider.GetRequiredService<OfflineFeatures>().GetTrainingSetAsync("commutative", new LabelTable(events, "date"));
        Assert.Equal(2, set.Table.RowCount);
        Assert.Same(TestServices.Commutative, provider.GetRequiredKeyedService<OnlineFeatures>("commutative").Service);
        var catalog = provider.GetRequiredService<FeatureCatalog>();
        Assert.Equal(["numbers", "ordered", "origins", "routes"], catalog.Views.Select(static v => v.Name).Order(StringComparer.Ordinal));
        Assert.Same(TestServices.Ordered, catalog.View("ordered"));
        Assert.Contains("'commutative'", Assert.Throws<ArgumentException>(() => catalog.Service("other")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_name_with_two_definitions_is_refused()
    {
        var other = FeatureView.Define("origins", "log").Entity("origin").EventTime("date").AllHistory("n", Features.Aggregation.Aggregate.Count()).Build();
        var fault = Assert.Throws<ArgumentException>(() => new FeatureCatalog([other], [TestServices.Commutative], new Dictionary<string, Data.Tables.TableSource>()));
        Assert.Contains("'origins'", fault.Message, StringComparison.Ordinal);
        Assert.Contains(other.Digest.ToString(), fault.Message, StringComparison.Ordinal);
    }
}
