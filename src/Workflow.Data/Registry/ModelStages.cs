using System.Collections.Immutable;
using System.Globalization;
using Workflow.Data.Metadata;

namespace Workflow.Data.Registry;

/// <summary>How MLflow's stages stand for aliases: what both say is kept once, as aliases with history, rollback, protection and audit.</summary>
/// <remarks>
/// Production and Staging are the aliases <c>production</c> and <c>staging</c>, so each has one version (MLflow allows several). Many versions
/// may be Archived, so that is a tag. A version that holds both aliases is in Production.
/// </remarks>
public static class ModelStages
{
    internal const string Tag = "workflow.stage";
    internal const string ArchivedTag = "archived";
    private const string Production = "production";
    private const string Staging = "staging";

    /// <summary>Gives the alias that a stage stands for.</summary>
    /// <param name="stage">The stage.</param>
    /// <returns>The alias; null for None and Archived, which are no aliases.</returns>
    public static string? AliasOf(ModelStage stage) => stage switch
    {
        ModelStage.Production => Production,
        ModelStage.Staging => Staging,
        ModelStage.None or ModelStage.Archived => null,
        _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, "Expected None, Staging, Production or Archived."),
    };

    /// <summary>Reads MLflow's spelling, in any case.</summary>
    /// <param name="text">For example <c>Production</c>.</param>
    /// <exception cref="FormatException">It is no stage.</exception>
    public static ModelStage Parse(string text) => text?.ToUpperInvariant() switch
    {
        "NONE" => ModelStage.None,
        "STAGING" => ModelStage.Staging,
        "PRODUCTION" => ModelStage.Production,
        "ARCHIVED" => ModelStage.Archived,
        _ => throw new FormatException($"'{text}' is no stage: expected None, Staging, Production or Archived."),
    };

    internal static ModelStage Of(ImmutableArray<string> aliases, IReadOnlyDictionary<string, string> tags) =>
        aliases.Contains(Production) ? ModelStage.Production
        : aliases.Contains(Staging) ? ModelStage.Staging
        : tags.GetValueOrDefault(Tag) == ArchivedTag ? ModelStage.Archived : ModelStage.None;

    internal static async Task<ImmutableArray<AliasAssignment>> TransitionAsync(MetadataTransaction transaction, StageChange change, CancellationToken cancellationToken)
    {
        if (await RegistryStore.VersionAsync(transaction, change.Model, change.Version, cancellationToken).ConfigureAwait(false) is null)
        {
            throw await RegistryStore.NotFoundAsync(transaction, change.Model, string.Create(CultureInfo.InvariantCulture, $"{change.Model}/{change.Version}"), cancellationToken).ConfigureAwait(false);
        }

        var target = AliasOf(change.Stage);
        var moves = ImmutableArray.CreateBuilder<AliasAssignment>();
        var archived = new List<long>();
        foreach (var alias in new[] { Production, Staging })
        {
            var current = await RegistryStore.CurrentAsync(transaction, change.Model, alias, cancellationToken).ConfigureAwait(false);
            var holds = current?.Version == change.Version;
            if (alias == target && !holds && change.ArchiveExisting && current is { Version: > 0 })
            {
                archived.Add(current.Version);
            }

            if (alias == target ? !holds : holds)
            {
                var (assignment, _) = await new AliasMove(change.ToOrder(alias, alias == target ? change.Version : 0)).ApplyAsync(transaction, cancellationToken).ConfigureAwait(false);
                moves.Add(assignment);
            }
        }

        if (change.Stage is ModelStage.Archived)
        {
            archived.Add(change.Version);
        }
        else
        {
            await TagAsync(transaction, change, change.Version, AuditRow.RemoveTag, cancellationToken).ConfigureAwait(false);
        }

        foreach (var version in archived)
        {
            await TagAsync(transaction, change, version, AuditRow.SetTag, cancellationToken).ConfigureAwait(false);
        }

        return moves.ToImmutable();
    }

    private static Task<bool> TagAsync(MetadataTransaction transaction, StageChange change, long version, string action, CancellationToken cancellationToken) =>
        RegistryRecords.ApplyAsync(
            transaction, new RegistryRecord(RegistryRecord.Tag, change.Model, version, Tag, ArchivedTag), new RecordChange(action, change.Actor, change.Reason), cancellationToken);
}
