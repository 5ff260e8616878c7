using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Workflow.Data.Metadata;
using Workflow.Data.Storage;

namespace Workflow.Data.Registry;

/// <summary>Models, their numbered versions, the aliases that point at them, and an audit log that shows every change to any of these.</summary>
/// <remarks>
/// <para>Every change is one transaction together with its entry in the audit log. Entries are chained by hash, versions and aliases can be
/// derived from them, and <see cref="VerifyAuditAsync"/> finds any edit. Who can write the whole database can also forge a whole
/// new log: note the head outside of it.</para>
/// <para>Safe for concurrent use by threads and processes.</para>
/// </remarks>
public sealed class ModelRegistry
{
    private readonly MetadataDatabase _database;
    private readonly ILogger _logger;

    /// <summary>Keeps the registry in a metadata database.</summary>
    /// <param name="database">Borrowed.</param>
    /// <param name="logger">Told of changes and of faults found.</param>
    public ModelRegistry(MetadataDatabase database, ILogger<ModelRegistry>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(database);
        (_database, _logger) = (database, logger ?? NullLogger<ModelRegistry>.Instance);
    }

    /// <summary>Gets where the registry is, without secrets: the place of its database.</summary>
    public string Place => _database.Place;

    /// <summary>Registers a version under the model's next number.</summary>
    /// <param name="draft">Read before the call returns; not kept.</param>
    /// <param name="cancellationToken">A cancelled call registers nothing.</param>
    /// <returns>
    /// The version. A version is identified by model, artifact and run: registering it again, as a rerun after a crash does, gives the version
    /// that is there, with the facts it was first registered with, and writes nothing.
    /// </returns>
    /// <exception cref="ArgumentException">A name or text is not allowed, or the same artifact is there with another format or signature.</exception>
    /// <exception cref="InvalidOperationException">The version is there and has been deleted.</exception>
    public async Task<ModelVersion> RegisterAsync(ModelVersionDraft draft, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(draft);
        var row = VersionRow.From(draft);
        var (version, isNew) = await WriteAsync(
            async (transaction, token) =>
            {
                if (await RegistryStore.SameVersionAsync(transaction, row, token).ConfigureAwait(false) is { } same)
                {
                    if (await RegistryStore.VersionAsync(transaction, same.Model, same.Number, token).ConfigureAwait(false) is null)
                    {
                        throw new InvalidOperationException($"The artifact {row.Artifact} is {same.Model}/{same.Number}, which has been deleted. Restore it, or register the artifact under another run.");
                    }

                    if (same.Format != row.Format || same.Signature != row.Signature)
                    {
                        throw new ArgumentException(
                            $"The artifact {row.Artifact} is registered as {same.Model}/{same.Number} with format '{same.Format}' and signature {same.Signature}; got '{row.Format}' and {row.Signature}.",
                            nameof(draft));
                    }

                    return (same.ToVersion(), false);
                }

                var number = await RegistryStore.LastNumberAsync(transaction, row.Model, token).ConfigureAwait(false) + 1;
                var added = row with { Number = number, CreatedAt = MetadataTime.ToMicroseconds(transaction.Now) };
                await RegistryStore.AddVersionAsync(transaction, added, token).ConfigureAwait(false);
                await AuditChain.AppendAsync(transaction, added.CreatedBy, AuditRow.Register, added.ToDetails(), token).ConfigureAwait(false);
                return (added.ToVersion(), true);
            },
            cancellationToken).ConfigureAwait(false);
        if (isNew)
        {
            _logger.VersionRegistered(version.Name, version.Number, version.Artifact, version.CreatedBy);
        }

        return version;
    }

    /// <summary>Gets one version.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="number">The version's number.</param>
    /// <param name="cancellationToken">Observed between statements.</param>
    /// <exception cref="ModelNotFoundException">There is no such version; says which there are.</exception>
    public Task<ModelVersion> GetAsync(string name, long number, CancellationToken cancellationToken = default)
    {
        RegistryNames.RequireModel(name, nameof(name));
        return ReadAsync(
            async (transaction, token) => await RegistryStore.VersionAsync(transaction, name, number, token).ConfigureAwait(false) is { } row
                ? row.ToVersion()
                : throw await RegistryStore.NotFoundAsync(transaction, name, $"{name}/{number}", token).ConfigureAwait(false),
            cancellationToken);
    }

    /// <summary>Gets the version that a reference stands for.</summary>
    /// <param name="reference"><c>NAME@ALIAS</c>, for example <c>delay@champion</c>, or <c>NAME/NUMBER</c>.</param>
    /// <param name="cancellationToken">Observed between statements.</param>
    /// <exception cref="ArgumentException">The text is no reference.</exception>
    /// <exception cref="ModelNotFoundException">It stands for nothing; says what there is.</exception>
    public async Task<ModelVersion> ResolveAsync(string reference, CancellationToken cancellationToken = default)
    {
        var (model, alias, number) = RegistryNames.ParseReference(reference);
        if (alias is null)
        {
            return await GetAsync(model, number ?? 0, cancellationToken).ConfigureAwait(false);
        }

        return await ReadAsync(
            async (transaction, token) =>
                await RegistryStore.CurrentAsync(transaction, model, alias, token).ConfigureAwait(false) is { } holder
                && await RegistryStore.VersionAsync(transaction, model, holder.Version, token).ConfigureAwait(false) is { } row
                    ? row.ToVersion()
                    : throw await RegistryStore.NotFoundAsync(transaction, model, reference, token).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lists the models, in order of name.</summary>
    /// <param name="cancellationToken">Observed between statements.</param>
    public Task<ImmutableArray<RegisteredModel>> ListAsync(CancellationToken cancellationToken = default) => ReadAsync(
        async (transaction, token) =>
        {
            var models = ImmutableArray.CreateBuilder<RegisteredModel>();
            var latest = await RegistryStore.LatestVersionsAsync(transaction, token).ConfigureAwait(false);
            foreach (var row in latest.OrderBy(r => r.Model, StringComparer.Ordinal))
            {
                var assignments = await RegistryStore.AssignmentsAsync(transaction, row.Model, token).ConfigureAwait(false);
                models.Add(new RegisteredModel { Name = row.Model, Latest = row.ToVersion(), Aliases = AliasHistory.Current(assignments) });
            }

            return models.ToImmutable();
        },
        cancellationToken);

    /// <summary>Lists a model's versions, in order of number.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="cancellationToken">Observed between statements.</param>
    /// <returns>The versions; none where there is no such model.</returns>
    public Task<ImmutableArray<ModelVersion>> ListVersionsAsync(string name, CancellationToken cancellationToken = default)
    {
        RegistryNames.RequireModel(name, nameof(name));
        return ReadAsync(
            async (transaction, token) =>
                (await RegistryStore.VersionsAsync(transaction, name, token).ConfigureAwait(false)).Select(r => r.ToVersion()).ToImmutableArray(),
            cancellationToken);
    }

    /// <summary>Lists who holds a model's aliases now, in order of alias.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="cancellationToken">Observed between statements.</param>
    /// <returns>The holders; none where there is no such model.</returns>
    public Task<ImmutableArray<AliasAssignment>> GetAliasesAsync(string name, CancellationToken cancellationToken = default)
    {
        RegistryNames.RequireModel(name, nameof(name));
        return ReadAsync(
            async (transaction, token) => AliasHistory.Current(await RegistryStore.AssignmentsAsync(transaction, name, token).ConfigureAwait(false)),
            cancellationToken);
    }

    /// <summary>Lists everybody who ever held an alias, oldest first; the last one holds it now.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="alias">The alias.</param>
    /// <param name="cancellationToken">Observed between statements.</param>
    /// <returns>The holders; none where there is no such alias.</returns>
    public Task<ImmutableArray<AliasAssignment>> GetAliasHistoryAsync(string name, string alias, CancellationToken cancellationToken = default)
    {
        RegistryNames.RequireModel(name, nameof(name));
        RegistryNames.RequireAlias(alias, nameof(alias));
        return ReadAsync(
            async (transaction, token) => AliasHistory.Of(await RegistryStore.AssignmentsAsync(transaction, name, token).ConfigureAwait(false), alias),
            cancellationToken);
    }

    /// <summary>Points an alias at a version.</summary>
    /// <param name="change">Read before the call returns; not kept.</param>
    /// <param name="cancellationToken">A cancelled call changes nothing.</param>
    /// <returns>The assignment. When the version holds the alias already, that assignment is returned and nothing is written.</returns>
    /// <exception cref="ArgumentException">A name or text is not allowed.</exception>
    /// <exception cref="ModelNotFoundException">There is no such version.</exception>
    /// <exception cref="AliasConflictException">The alias is not at <see cref="AliasChange.ExpectedGeneration"/>.</exception>
    /// <exception cref="AliasProtectedException">The alias is protected, and nothing justifies the move.</exception>
    /// <exception cref="LeaseLostException"><see cref="AliasChange.Lease"/> has been lost.</exception>
    public Task<AliasAssignment> SetAliasAsync(AliasChange change, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        return MoveAsync(AliasOrder.Of(change), cancellationToken);
    }

    /// <summary>Gives an alias back to the version that held it before the current one, in one transaction. Nothing is forgotten.</summary>
    /// <param name="rollback">Read before the call returns; not kept.</param>
    /// <param name="cancellationToken">A cancelled call changes nothing.</param>
    /// <returns>The new assignment, with the next generation. Rolling back again goes further back, never to the version just left.</returns>
    /// <exception cref="ArgumentException">A name or text is not allowed.</exception>
    /// <exception cref="ModelNotFoundException">There is no such alias.</exception>
    /// <exception cref="AliasConflictException">The alias is not at <see cref="AliasRollback.ExpectedGeneration"/>.</exception>
    /// <exception cref="LeaseLostException"><see cref="AliasRollback.Lease"/> has been lost.</exception>
    /// <exception cref="InvalidOperationException">Nobody held the alias before, or that version has been deleted.</exception>
    public Task<AliasAssignment> RollbackAsync(AliasRollback rollback, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rollback);
        return MoveAsync(AliasOrder.Of(rollback), cancellationToken);
    }

    /// <summary>Takes an alias away from whoever holds it. Its history stays, generations go on, and a rollback gives it back.</summary>
    /// <param name="removal">Read before the call returns; not kept.</param>
    /// <param name="cancellationToken">A cancelled call changes nothing.</param>
    /// <returns>The assignment to nobody: its version is 0. When nobody holds the alias already, nothing is written.</returns>
    /// <exception cref="ModelNotFoundException">There never was such an alias.</exception>
    /// <exception cref="AliasConflictException">The alias is not at <see cref="AliasRemoval.ExpectedGeneration"/>.</exception>
    /// <exception cref="AliasProtectedException">The alias is protected, and nothing justifies the order.</exception>
    public Task<AliasAssignment> RemoveAliasAsync(AliasRemoval removal, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(removal);
        return MoveAsync(AliasOrder.Of(removal), cancellationToken);
    }

    /// <summary>Brings a version into one of MLflow's stages, which moves aliases as <see cref="ModelStages"/> says, all in one transaction.</summary>
    /// <param name="change">Read before the call returns; not kept.</param>
    /// <param name="cancellationToken">A cancelled call changes nothing.</param>
    /// <returns>The aliases that moved; none where the version was in that stage already.</returns>
    /// <exception cref="ModelNotFoundException">There is no such version.</exception>
    /// <exception cref="AliasProtectedException">An alias is protected, and nothing justifies the move.</exception>
    public Task<ImmutableArray<AliasAssignment>> TransitionAsync(StageChange change, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        return WriteAsync((transaction, token) => ModelStages.TransitionAsync(transaction, change, token), cancellationToken);
    }

    /// <summary>Protects an alias: from then on it moves only with evidence, or with a reason why there is none. A rollback stays free.</summary>
    /// <param name="protection">Read before the call returns; not kept.</param>
    /// <param name="cancellationToken">A cancelled call changes nothing.</param>
    /// <returns>Whether anything changed.</returns>
    public Task<bool> ProtectAliasAsync(AliasProtection protection, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(protection);
        return ChangeAsync(RecordOrder.Of(protection), cancellationToken);
    }

    /// <summary>Lists a model's protected aliases, in order.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="cancellationToken">Observed between statements.</param>
    public Task<ImmutableArray<string>> GetProtectedAliasesAsync(string name, CancellationToken cancellationToken = default)
    {
        RegistryNames.RequireModel(name, nameof(name));
        return ReadAsync(
            async (transaction, token) => (await RegistryRecords.ListAsync(transaction, RegistryRecord.ProtectedAlias, name, token).ConfigureAwait(false)).Select(r => r.Name).ToImmutableArray(),
            cancellationToken);
    }

    /// <summary>Sets a tag of a model or a version, or takes it away.</summary>
    /// <param name="change">Read before the call returns; not kept.</param>
    /// <param name="cancellationToken">A cancelled call changes nothing.</param>
    /// <returns>Whether anything changed.</returns>
    /// <exception cref="ModelNotFoundException">There is no such model or version.</exception>
    public Task<bool> SetTagAsync(ModelTagChange change, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        return ChangeAsync(RecordOrder.Of(change), cancellationToken);
    }

    /// <summary>Reads the tags of a model or of a version, in order of name.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="version">The version's number; null for the model's own tags.</param>
    /// <param name="cancellationToken">Observed between statements.</param>
    /// <returns>The tags; none where there is no such model.</returns>
    public Task<ImmutableSortedDictionary<string, string>> GetTagsAsync(string name, long? version = null, CancellationToken cancellationToken = default)
    {
        RegistryNames.RequireModel(name, nameof(name));
        return ReadAsync(
            async (transaction, token) => (await RegistryRecords.ListAsync(transaction, RegistryRecord.Tag, name, token).ConfigureAwait(false))
                .Where(r => r.Number == (version ?? 0)).ToImmutableSortedDictionary(r => r.Name, r => r.Value, StringComparer.Ordinal),
            cancellationToken);
    }

    /// <summary>Finds versions, a page at a time, in order of name and number.</summary>
    /// <param name="search">Read before the call returns; not kept.</param>
    /// <param name="cancellationToken">Observed between blocks of rows.</param>
    public Task<ModelSearchPage> SearchAsync(ModelSearch search, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(search);
        return ReadAsync((transaction, token) => new ModelSearcher(search).RunAsync(transaction, token), cancellationToken);
    }

    /// <summary>Deletes a version: nothing finds it any more. Its number stays taken, its artifact and record stay until they are purged.</summary>
    /// <param name="deletion">Read before the call returns; not kept.</param>
    /// <param name="cancellationToken">A cancelled call deletes nothing.</param>
    /// <returns>The deletion; the first one where it was deleted before.</returns>
    /// <exception cref="ModelNotFoundException">There is no such version.</exception>
    /// <exception cref="ModelInUseException">An alias points at it, a rollback leads to it, or a version that an alias points at came of it.</exception>
    public Task<DeletedVersion> DeleteVersionAsync(VersionDeletion deletion, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(deletion);
        return WriteAsync(new VersionRemoval(deletion).DeleteAsync, cancellationToken);
    }

    /// <summary>Brings a deleted version back, as it was.</summary>
    /// <param name="order">Read before the call returns; not kept.</param>
    /// <param name="cancellationToken">A cancelled call changes nothing.</param>
    /// <exception cref="ModelNotFoundException">There never was such a version.</exception>
    /// <exception cref="InvalidOperationException">It has been purged.</exception>
    public Task<ModelVersion> RestoreVersionAsync(VersionDeletion order, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(order);
        return WriteAsync(new VersionRemoval(order).RestoreAsync, cancellationToken);
    }

    /// <summary>Makes deletions final: removes the artifacts that no version and no evidence needs. May be repeated after a crash.</summary>
    /// <param name="objects">The store that holds the artifacts of this registry, and of no other.</param>
    /// <param name="options">Read before the call returns; not kept.</param>
    /// <param name="cancellationToken">Observed between artifacts; what was done until then stays done.</param>
    public async Task<ModelPurgeResult> PurgeAsync(IPurgeableObjectStore objects, ModelPurgeOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(objects);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Grace, TimeSpan.FromMinutes(1));
        RegistryNames.RequireText(options.Actor, 255, nameof(options));
        await _database.MigrateAsync(DataMigrations.All, cancellationToken).ConfigureAwait(false);
        return await new ModelPurge(_database, objects, options).RunAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Checks the whole audit log, and that the registry is exactly what it says.</summary>
    /// <param name="anchor">The <see cref="AuditReport.Head"/> of an earlier report: the log must still contain it. Null checks the log against itself only.</param>
    /// <param name="cancellationToken">Observed between pages of the log.</param>
    /// <returns>The report; a fault is a result, not an exception.</returns>
    public async Task<AuditReport> VerifyAuditAsync(ContentDigest? anchor = null, CancellationToken cancellationToken = default)
    {
        var report = await ReadAsync((transaction, token) => new AuditVerifier(anchor).VerifyAsync(transaction, token), cancellationToken).ConfigureAwait(false);
        if (report.FirstFault is { } fault)
        {
            _logger.AuditBroken(_database.Place, fault.What);
        }

        return report;
    }

    /// <summary>Reads the audit log, oldest entry first. Verifies nothing.</summary>
    /// <param name="cancellationToken">Observed between entries.</param>
    public async IAsyncEnumerable<AuditEntry> ReadAuditAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var after = 0L;
        ImmutableArray<AuditRow> page;
        do
        {
            page = await ReadAsync((transaction, token) => AuditChain.PageAsync(transaction, after, token), cancellationToken).ConfigureAwait(false);
            foreach (var row in page)
            {
                after = row.Sequence;
                yield return row.ToEntry();
            }
        }
        while (page.Length == AuditChain.PageSize);
    }

    private async Task<AliasAssignment> MoveAsync(AliasOrder order, CancellationToken cancellationToken)
    {
        var (assignment, isNew) = await WriteAsync(new AliasMove(order).ApplyAsync, cancellationToken).ConfigureAwait(false);
        if (isNew)
        {
            _logger.AliasMoved(assignment.Model, assignment.Alias, assignment.PreviousVersion, assignment.Version, assignment.Generation);
        }

        return assignment;
    }

    private Task<bool> ChangeAsync(RecordOrder order, CancellationToken cancellationToken) => WriteAsync(order.ApplyAsync, cancellationToken);

    private async Task<T> ReadAsync<T>(Func<MetadataTransaction, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        await _database.MigrateAsync(DataMigrations.All, cancellationToken).ConfigureAwait(false);
        return await _database.ReadAsync(work, cancellationToken).ConfigureAwait(false);
    }

    private async Task<T> WriteAsync<T>(Func<MetadataTransaction, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        await _database.MigrateAsync(DataMigrations.All, cancellationToken).ConfigureAwait(false);
        return await _database.WriteAsync(work, cancellationToken).ConfigureAwait(false);
    }
}
