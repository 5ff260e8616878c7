using Microsoft.Extensions.Options;

namespace Workflow.Features.Online.Stores;

internal sealed class EmbeddedOnlineStoreOptionsValidator : IValidateOptions<EmbeddedOnlineStoreOptions>
{
    private const long SmallestJournal = 4096;

    public ValidateOptionsResult Validate(string? name, EmbeddedOnlineStoreOptions options)
    {
        var failures = new ValidateOptionsResultBuilder();
        if (options.Folder is { } folder && string.IsNullOrWhiteSpace(folder))
        {
            failures.AddError("Is empty; name a folder, or leave it out to keep rows in memory only.", nameof(options.Folder));
        }

        if (options.SnapshotAfterBytes < SmallestJournal)
        {
            failures.AddError($"{options.SnapshotAfterBytes} is below {SmallestJournal}.", nameof(options.SnapshotAfterBytes));
        }

        if (options.LockTimeout < TimeSpan.Zero || options.LockTimeout > TimeSpan.FromHours(1))
        {
            failures.AddError($"{options.LockTimeout} is not from 0 to an hour.", nameof(options.LockTimeout));
        }

        return failures.Build();
    }
}
