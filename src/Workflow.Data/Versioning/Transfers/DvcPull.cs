namespace Workflow.Data.Versioning.Transfers;

/// <summary>Fetches, and then checks out. When something that a remote promises did not come, nothing is checked out.</summary>
internal sealed class DvcPull(RepositoryContext context, DataPullOptions options, IProgress<TransferProgress>? progress)
{
    public async Task<DataPullResult> RunAsync(CancellationToken cancellationToken)
    {
        var transfer = options.Transfer;
        var fetched = await new DvcFetch(context, transfer, progress, DataMeter.Operations.Pull).RunAsync(cancellationToken).ConfigureAwait(false);
        var checkout = new DataCheckoutOptions
        {
            Targets = transfer.Targets,
            WorkingDirectory = transfer.WorkingDirectory,
            Recursive = transfer.Recursive,
            WithDependencies = transfer.WithDependencies,
            Force = options.Force,
            AllowMissing = options.AllowMissing,
        };
        var checkedOut = await new DvcCheckout(context, checkout).RunAsync(cancellationToken).ConfigureAwait(false);
        return new DataPullResult { Transfer = fetched, Checkout = checkedOut };
    }
}
