using System.Collections.Concurrent;
using System.Globalization;
using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Versioning.Transfers;

/// <summary>Brings objects of the cache into a remote. An object is hashed before: a damaged one is not spread.</summary>
internal sealed class ObjectUpload(RepositoryContext context, ObjectRemote remote, TransferMeter meter, int jobs, Action<string>? stepReached)
{
    public RepositoryContext Context => context;

    public TransferMeter Meter => meter;

    public int Jobs => jobs;

    /// <summary>Gets what is called between steps, by tests that stop there.</summary>
    public Action<string>? StepReached => stepReached;

    /// <summary>Gets what could not be pushed, and why.</summary>
    public ConcurrentDictionary<ObjectId, string> Failures { get; } = new();

    /// <summary>Pushes objects and makes them durable.</summary>
    public async Task PushAsync(IReadOnlyCollection<ObjectId> ids, CancellationToken cancellationToken)
    {
        if (ids.Count > 0)
        {
            meter.Expect(ids.Count);
            await remote.PushAsync(ids, this, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Refuses content that is not the one of its object's name.</summary>
    public static void Check(ObjectId id, Md5Hash actual, Func<Md5Hash> legacy)
    {
        if (actual != id.Md5 && !(id.IsLegacy && legacy() == id.Md5))
        {
            throw new DvcException(string.Create(CultureInfo.InvariantCulture, $"The object {id.Name} in the cache is damaged: its content has the MD5 {actual}. It was not pushed. Delete it and add the data again, or fetch it from a remote that has it."));
        }
    }
}
