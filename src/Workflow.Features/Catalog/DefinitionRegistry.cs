using System.Collections.Immutable;
using System.Text;
using Workflow.Data.Metadata;
using Workflow.Data.Storage;
using Workflow.Features.Definitions;
using Workflow.Features.Views;

namespace Workflow.Features.Catalog;

/// <summary>The definitions of a team, with their versions, in the metadata database.</summary>
/// <remarks>
/// A change of meaning, which is one of the digest, makes a new version; owner, tags and description change in place. Applying writes
/// everything or nothing. Safe for concurrent use by threads and processes.
/// </remarks>
public sealed class DefinitionRegistry
{
    private readonly MetadataDatabase _database;

    /// <summary>Uses a database, whose tables are made when they are first needed.</summary>
    /// <param name="database">Not disposed.</param>
    public DefinitionRegistry(MetadataDatabase database)
    {
        ArgumentNullException.ThrowIfNull(database);
        _database = database;
    }

    /// <summary>Registers what a file defines; what it does not define stays.</summary>
    /// <param name="order">The file.</param>
    /// <param name="cancellationToken">When it is cancelled, nothing has changed.</param>
    /// <returns>One change a view and service, in the order of the file, views first.</returns>
    /// <exception cref="DefinitionException">The file cannot be used; every fault is listed.</exception>
    public async Task<ImmutableArray<DefinitionChange>> ApplyAsync(DefinitionOrder order, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(order);
        var definitions = FeatureDefinitions.Parse(order.Content, order.Path);
        var folder = Path.GetDirectoryName(order.Path) ?? "";
        var file = ContentDigest.Of(Encoding.UTF8.GetBytes($"{folder}\n{order.Content}")).ToString();
        await _database.MigrateAsync(FeaturesMigrations.All, cancellationToken).ConfigureAwait(false);
        return await _database.WriteAsync(
            async (transaction, token) =>
            {
                await transaction.ExecuteAsync($"INSERT INTO features_files (digest, folder, content) VALUES ({file}, {folder}, {order.Content}) ON CONFLICT (digest) DO NOTHING", token).ConfigureAwait(false);
                var changes = ImmutableArray.CreateBuilder<DefinitionChange>();
                foreach (var view in definitions.Views)
                {
                    changes.Add(await PutAsync(transaction, Of(view, order, transaction.Now), file, token).ConfigureAwait(false));
                    await transaction.ExecuteAsync($"DELETE FROM features_definition_tags WHERE name = {view.Name}", token).ConfigureAwait(false);
                    foreach (var (tag, value) in view.Tags)
                    {
                        await transaction.ExecuteAsync($"INSERT INTO features_definition_tags (name, tag, value) VALUES ({view.Name}, {tag}, {value})", token).ConfigureAwait(false);
                    }
                }

                foreach (var service in definitions.Services)
                {
                    changes.Add(await PutAsync(transaction, Of(service, order, transaction.Now), file, token).ConfigureAwait(false));
                    await transaction.ExecuteAsync($"DELETE FROM features_definition_uses WHERE service = {service.Name}", token).ConfigureAwait(false);
                    foreach (var (view, feature) in service.Views.SelectMany(static v => v.Names.Select(n => (v.View.Name, n))))
                    {
                        await transaction.ExecuteAsync($"INSERT INTO features_definition_uses (service, view_name, feature) VALUES ({service.Name}, {view}, {feature})", token).ConfigureAwait(false);
                    }
                }

                return changes.DrainToImmutable();
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gives every version of every definition, by kind, name and version.</summary>
    /// <param name="name">Of this name only; null for all.</param>
    /// <param name="cancellationToken">Passed to the database.</param>
    public Task<ImmutableArray<RegisteredDefinition>> ListVersionsAsync(string? name = null, CancellationToken cancellationToken = default) =>
        ReadAsync(async (transaction, token) => await VersionsAsync(transaction, name, token).ConfigureAwait(false), cancellationToken);

    /// <summary>Finds definitions by their last versions.</summary>
    /// <param name="search">The conditions.</param>
    /// <param name="cancellationToken">Passed to the database.</param>
    public Task<ImmutableArray<RegisteredDefinition>> SearchAsync(DefinitionSearch search, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(search);
        return ReadAsync(
            async (transaction, token) =>
            {
                var all = await VersionsAsync(transaction, null, token).ConfigureAwait(false);
                return all.GroupBy(static d => (d.Kind, d.Name)).Select(static g => g.Last()).Where(d => Fits(d, search)).ToImmutableArray();
            },
            cancellationToken);
    }

    /// <summary>Tells which services use a view's features, as they are now.</summary>
    /// <param name="view">The view's name.</param>
    /// <param name="cancellationToken">Passed to the database.</param>
    public Task<ImmutableArray<FeatureUse>> UsesAsync(string view, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(view);
        return ReadAsync(
            (transaction, token) => transaction.QueryAsync(
                $"SELECT service, view_name, feature FROM features_definition_uses WHERE view_name = {view} ORDER BY service, feature",
                static row => new FeatureUse(row.GetText(0), row.GetText(1), row.GetText(2)),
                token),
            cancellationToken);
    }

    /// <summary>Gives the file that a definition was last applied from; null where there is no such definition.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Passed to the database.</param>
    public Task<AppliedFile?> FileAsync(DefinitionKind kind, string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        return ReadAsync(
            async (transaction, token) =>
            {
                var files = await transaction.QueryAsync(
                    $"SELECT f.content, f.folder FROM features_definitions d JOIN features_files f ON f.digest = d.file WHERE d.kind = {Text(kind)} AND d.name = {name} ORDER BY d.version DESC LIMIT 1",
                    static row => new AppliedFile(row.GetText(0), row.GetText(1)),
                    token).ConfigureAwait(false);
                return files.FirstOrDefault();
            },
            cancellationToken);
    }

    private static bool Fits(RegisteredDefinition definition, DefinitionSearch search) =>
        (search.Owner is null || definition.Owner == search.Owner)
        && (search.Entity is null || definition.Entity == search.Entity)
        && (search.Tag is null || (definition.Tags.TryGetValue(search.Tag, out var value) && (search.TagValue is null || value == search.TagValue)))
        && (search.Text is null || new[] { definition.Name, definition.Description, definition.CanonicalJson }.Any(t => t?.Contains(search.Text, StringComparison.OrdinalIgnoreCase) == true));

    private static async Task<DefinitionChange> PutAsync(MetadataTransaction transaction, RegisteredDefinition definition, string file, CancellationToken cancellationToken)
    {
        var kind = Text(definition.Kind);
        var last = await transaction.QueryAsync(
            $"SELECT version, digest FROM features_definitions WHERE kind = {kind} AND name = {definition.Name} ORDER BY version DESC LIMIT 1",
            static row => (Version: row.GetInt64(0), Digest: row.GetText(1)),
            cancellationToken).ConfigureAwait(false);
        if (!last.IsEmpty && last[0].Digest == definition.Digest.ToString())
        {
            await transaction.ExecuteAsync(
                $"UPDATE features_definitions SET file = {file}, owner = {definition.Owner}, sensitivity = {definition.Sensitivity}, description = {definition.Description} WHERE kind = {kind} AND name = {definition.Name} AND version = {last[0].Version}",
                cancellationToken).ConfigureAwait(false);
            return new DefinitionChange(definition.Kind, definition.Name, last[0].Version, IsNew: false);
        }

        var version = last.IsEmpty ? 1 : last[0].Version + 1;
        await transaction.ExecuteAsync(
            $"""
            INSERT INTO features_definitions (kind, name, version, digest, document, file, entity, owner, sensitivity, description, actor, applied_at)
            VALUES ({kind}, {definition.Name}, {version}, {definition.Digest.ToString()}, {definition.CanonicalJson}, {file}, {definition.Entity}, {definition.Owner}, {definition.Sensitivity}, {definition.Description}, {definition.Actor}, {definition.AppliedAt})
            """,
            cancellationToken).ConfigureAwait(false);
        return new DefinitionChange(definition.Kind, definition.Name, version, IsNew: true);
    }

    private static async Task<ImmutableArray<RegisteredDefinition>> VersionsAsync(MetadataTransaction transaction, string? name, CancellationToken cancellationToken)
    {
        var tags = (await transaction.QueryAsync($"SELECT name, tag, value FROM features_definition_tags", static row => (Name: row.GetText(0), Tag: row.GetText(1), Value: row.GetText(2)), cancellationToken).ConfigureAwait(false))
            .ToLookup(static t => t.Name, StringComparer.Ordinal);
        var all = await transaction.QueryAsync(
            $"SELECT kind, name, version, digest, document, entity, owner, sensitivity, description, actor, applied_at FROM features_definitions ORDER BY kind DESC, name, version",
            row => new RegisteredDefinition
            {
                Kind = row.GetText(0) == "view" ? DefinitionKind.View : DefinitionKind.Service,
                Name = row.GetText(1),
                Version = row.GetInt64(2),
                Digest = row.GetDigest(3),
                CanonicalJson = row.GetText(4),
                Entity = row.GetTextOrNull(5),
                Owner = row.GetTextOrNull(6),
                Sensitivity = row.GetTextOrNull(7),
                Description = row.GetTextOrNull(8),
                Actor = row.GetText(9),
                AppliedAt = row.GetTime(10),
                Tags = row.GetText(0) == "view" ? tags[row.GetText(1)].ToImmutableSortedDictionary(static t => t.Tag, static t => t.Value, StringComparer.Ordinal) : ImmutableSortedDictionary<string, string>.Empty,
            },
            cancellationToken).ConfigureAwait(false);
        return name is null ? all : [.. all.Where(d => d.Name == name)];
    }

    private static RegisteredDefinition Of(FeatureView view, DefinitionOrder order, DateTimeOffset now) => new()
    {
        Kind = DefinitionKind.View,
        Name = view.Name,
        Version = 0,
        Digest = view.Digest,
        CanonicalJson = view.CanonicalJson,
        Entity = view.Entity.Name,
        Owner = view.Owner,
        Sensitivity = view.Sensitivity,
        Description = view.Description,
        Actor = order.Actor,
        AppliedAt = now,
    };

    private static RegisteredDefinition Of(FeatureService service, DefinitionOrder order, DateTimeOffset now) => new()
    {
        Kind = DefinitionKind.Service,
        Name = service.Name,
        Version = 0,
        Digest = service.Digest,
        CanonicalJson = service.CanonicalJson,
        Actor = order.Actor,
        AppliedAt = now,
    };

    private static string Text(DefinitionKind kind) => kind == DefinitionKind.View ? "view" : "service";

    private async Task<T> ReadAsync<T>(Func<MetadataTransaction, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        await _database.MigrateAsync(FeaturesMigrations.All, cancellationToken).ConfigureAwait(false);
        return await _database.ReadAsync(work, cancellationToken).ConfigureAwait(false);
    }
}
