using Workflow.Data.Partitions;
using Workflow.Testing.Partitions;

namespace Workflow.PublicApi.Tests;

public sealed class OneByOneRunnerTests : PartitionRunnerConformance
{
    protected override IPartitionRunner Runner { get; } = new OneByOneRunner();
}
