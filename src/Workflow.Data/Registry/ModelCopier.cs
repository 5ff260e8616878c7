using System.Collections.Immutable;
using System.Text;
using Workflow.Data.Lineage;
using Workflow.Data.Storage;

namespace Workflow.Data.Registry;

/// <summary>Copies versions from one registry to another, for example from development to production. Safe for concurrent use.</summary>
/// <remarks>
/// The source's audit log is checked first, and the artifact on its way. Each step may be repeated: after a crash the same order finishes the
/// work and makes nothing twice. Aliases are not copied: the target decides on its own.
/// </remarks>
public sealed class ModelCopier
{
    /// <summary>The fact with the reference of the source.</summary>
    public const string SourceFact = "copied.from";

    /// <summary>The fact with the place of the source's registry.</summary>
    public const string PlaceFact = "copied.place";

    /// <summary>The fact with the digest of the source's record of the version: of number, artifact, format, signature, run and facts.</summary>
    public const string RecordFact = "copied.record";
    private readonly RegistryPlace _source;
    private readonly RegistryPlace _target;

    /// <summary>Copies from one place to another. Both may be the same, to copy to another name.</summary>
    /// <param name="source">Only read.</param>
    /// <param name="target">Written to.</param>
    public ModelCopier(RegistryPlace source, RegistryPlace target)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        (_source, _target) = (source, target);
    }

    /// <summary>Copies artifact, signature, facts, tags and lineage of a version.</summary>
    /// <param name="order">Read before the call returns; not kept.</param>
    /// <param name="cancellationToken">Observed between steps; what was done until then stays, and the same order goes on from there.</param>
    /// <returns>The version in the target. Its facts say where it came from.</returns>
    /// <exception cref="ModelNotFoundException">There is no such version in the source.</exception>
    /// <exception cref="InvalidDataException">The source does not agree with its audit log.</exception>
    /// <exception cref="CorruptArtifactException">The artifact is damaged, in the source or on its way.</exception>
    public async Task<ModelVersion> CopyAsync(ModelCopyOrder order, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(order);
        var (name, actor) = (order.TargetName, order.Actor);
        RegistryNames.RequireText(actor, 255, nameof(order));
        var version = await _source.Registry.ResolveAsync(order.Reference, cancellationToken).ConfigureAwait(false);
        if (ReferenceEquals(_source.Registry, _target.Registry) && (name ?? version.Name) == version.Name)
        {
            throw new ArgumentException($"'{version.Reference}' cannot be copied onto itself: name another model, or another registry.", nameof(order));
        }

        var report = await _source.Registry.VerifyAuditAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        if (report.FirstFault is { } fault)
        {
            throw new InvalidDataException($"'{version.Reference}' was not copied: the registry in '{_source.Registry.Place}' does not agree with its audit log: {fault.What}");
        }

        await CopyArtifactAsync(version.Artifact, cancellationToken).ConfigureAwait(false);
        var copy = await _target.Registry.RegisterAsync(
            new ModelVersionDraft
            {
                Name = name ?? version.Name,
                Artifact = version.Artifact,
                Format = version.Format,
                Signature = version.Signature,
                RunId = version.RunId,
                CreatedBy = actor,
                Facts = version.Facts.SetItem(SourceFact, version.Reference).SetItem(PlaceFact, _source.Registry.Place)
                    .SetItem(RecordFact, ContentDigest.Of(Encoding.UTF8.GetBytes(VersionRow.Describe(version))).ToString()),
            },
            cancellationToken).ConfigureAwait(false);
        foreach (var (tag, value) in await _source.Registry.GetTagsAsync(version.Name, version.Number, cancellationToken).ConfigureAwait(false))
        {
            if (!tag.StartsWith(RecordOrder.Own, StringComparison.Ordinal))
            {
                await _target.Registry.SetTagAsync(new ModelTagChange { Model = copy.Name, Version = copy.Number, Name = tag, Value = value, Actor = actor }, cancellationToken).ConfigureAwait(false);
            }
        }

        await CopyLineageAsync(version, copy, cancellationToken).ConfigureAwait(false);
        return copy;
    }

    private async Task CopyArtifactAsync(ContentDigest artifact, CancellationToken cancellationToken)
    {
        if (ReferenceEquals(_source.Objects, _target.Objects))
        {
            return;
        }

        // Also where it is there already: storing it again proves and repairs it.
        var content = await _source.Objects.OpenReadAsync(artifact, cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            var stored = await _target.Objects.PutAsync(content, cancellationToken).ConfigureAwait(false);
            if (stored != artifact)
            {
                throw new CorruptArtifactException(_source.Registry.Place, artifact, stored);
            }
        }
    }

    private async Task CopyLineageAsync(ModelVersion version, ModelVersion copy, CancellationToken cancellationToken)
    {
        if (_source.Lineage is null || _target.Lineage is null)
        {
            return;
        }

        var provenance = await _source.Lineage.GetProvenanceAsync(version.Reference, cancellationToken).ConfigureAwait(false);
        foreach (var dataset in provenance.Datasets)
        {
            await _target.Lineage.DescribeAsync(dataset, cancellationToken).ConfigureAwait(false);
        }

        // The target numbers its own versions: what is delay/3 here may be something else there.
        var isSame = _source.Registry.Place == _target.Registry.Place;
        LineageNode Foreign(LineageNode node) => isSame || node.Kind != LineageKinds.Model ? node : new LineageNode(LineageKinds.ForeignModel, ForeignId(node.Id));
        var edges = provenance.Graph.Edges.Select(e => e with { From = Foreign(e.From), To = Foreign(e.To) })
            .Append(new LineageEdge(Foreign(new LineageNode(LineageKinds.Model, version.Reference)), new LineageNode(LineageKinds.Model, copy.Reference), "copied", copy.CreatedAt));
        await _target.Lineage.LinkAsync(edges.ToImmutableArray(), cancellationToken).ConfigureAwait(false);
    }

    private string ForeignId(string reference)
    {
        var id = $"{_source.Registry.Place}#{reference}";
        return Encoding.UTF8.GetByteCount(id) <= 512 ? id : $"{ContentDigest.Of(Encoding.UTF8.GetBytes(_source.Registry.Place))}#{reference}";
    }
}
