using System.Reflection;
using Workflow.Data.Metadata;

namespace Workflow.Data.Tests.Killing;

/// <summary>A database whose every begin, statement and commit is a step.</summary>
internal sealed class DyingDatabase(MetadataDatabase inner, Steps steps) : MetadataDatabase(TimeProvider.System)
{
    private static readonly MethodInfo Begin = typeof(MetadataDatabase).GetMethod("BeginAsync", BindingFlags.Instance | BindingFlags.NonPublic)!;

    public override string Place => inner.Place;

    protected override async Task<MetadataSession> BeginAsync(bool isWrite, CancellationToken cancellationToken)
    {
        steps.Take();
        var session = await (Task<MetadataSession>)Begin.Invoke(inner, [isWrite, cancellationToken])!;
        steps.Take();
        var connection = new DyingConnection(session.Transaction.Connection!, steps);
        return new MetadataSession(connection, new DyingTransaction(session.Transaction, connection, steps), new Ending(session));
    }

    private sealed class Ending(MetadataSession session) : IDisposable
    {
        // The turn of the inner session; its transaction and connection have been disposed by then.
        public void Dispose() => session.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}
