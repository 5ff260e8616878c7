using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Workflow.Data.Metadata;
using Workflow.Data.Storage;

namespace Workflow.Data.Registry;

/// <summary>Walks the chain once, derives the registry from it, and compares. Used for one verification.</summary>
internal sealed class AuditVerifier(ContentDigest? anchor)
{
    private readonly Dictionary<(string Model, long Number), VersionRow> _versions = [];
    private readonly Dictionary<(string Model, string Alias, long Generation), AssignmentRow> _assignments = [];
    private readonly RecordReplay _records = new();
    private string _hash = AuditChain.Genesis;
    private long _entries;
    private bool _anchorSeen = anchor is null;

    public async Task<AuditReport> VerifyAsync(MetadataTransaction transaction, CancellationToken cancellationToken)
    {
        var fault = await FindFaultAsync(transaction, cancellationToken).ConfigureAwait(false);
        return new AuditReport { Entries = _entries, Head = ContentDigest.Parse(_hash), FirstFault = fault };
    }

    private async Task<AuditFault?> FindFaultAsync(MetadataTransaction transaction, CancellationToken cancellationToken)
    {
        // Below the smallest number that a forger could give an entry.
        var after = long.MinValue;
        ImmutableArray<AuditRow> page;
        do
        {
            page = await AuditChain.PageAsync(transaction, after, cancellationToken).ConfigureAwait(false);
            foreach (var entry in page)
            {
                if (Follow(entry) is { } what)
                {
                    return new AuditFault(entry.Sequence, what);
                }

                after = entry.Sequence;
            }
        }
        while (page.Length == AuditChain.PageSize);

        if (await FindFaultAtEndAsync(transaction, cancellationToken).ConfigureAwait(false) is { } fault)
        {
            return fault;
        }

        if (!_anchorSeen)
        {
            return new AuditFault(null, $"No entry has the hash {anchor} that was noted earlier: the log was rewritten, or cut off before it.");
        }

        return await CompareVersionsAsync(transaction, cancellationToken).ConfigureAwait(false)
            ?? await CompareAssignmentsAsync(transaction, cancellationToken).ConfigureAwait(false)
            ?? await _records.CompareAsync(transaction, cancellationToken).ConfigureAwait(false);
    }

    private async Task<AuditFault?> FindFaultAtEndAsync(MetadataTransaction transaction, CancellationToken cancellationToken)
    {
        var rows = await transaction.QuerySingleAsync($"SELECT count(*) FROM data_audit_entries", static row => row.GetInt64(0), cancellationToken).ConfigureAwait(false);
        if (rows != _entries)
        {
            return new AuditFault(null, $"The log has {rows} entries, expected {_entries}: entries were inserted outside of the chain.");
        }

        var heads = await transaction.QueryAsync(
            $"SELECT id, sequence, hash FROM data_audit_head ORDER BY id",
            static row => (Id: row.GetInt64(0), Head: new AuditHead(row.GetInt64(1), row.GetText(2))),
            cancellationToken).ConfigureAwait(false);
        ImmutableArray<(long Id, AuditHead Head)> expected = _entries == 0 ? [] : [(1, new AuditHead(_entries, _hash))];
        return heads.SequenceEqual(expected)
            ? null
            : new AuditFault(_entries + 1, $"The chain ends with entry {_entries} ({_hash}), expected {string.Join(", ", heads.Select(h => $"{h.Head.Sequence} ({h.Head.Hash})"))}: entries were cut off or added at the end.");
    }

    private string? Follow(AuditRow entry)
    {
        if (entry.Sequence != _entries + 1)
        {
            return string.Create(CultureInfo.InvariantCulture, $"Expected entry {_entries + 1}, got {entry.Sequence}: entries were removed or inserted.");
        }

        if (entry.PreviousHash != _hash)
        {
            return $"Expected the previous hash {_hash}, got {entry.PreviousHash}: an entry was removed, inserted, moved or rewritten.";
        }

        try
        {
            if (entry.ComputeHash() is var hash && hash != entry.Hash)
            {
                return $"Expected the hash {hash}, got {entry.Hash}: the entry was edited.";
            }

            if (!Replay(entry))
            {
                return $"The action '{entry.Action}' is unknown or repeats an earlier one: {entry.Details}";
            }
        }
        catch (Exception e) when (e is ArgumentException or JsonException or InvalidOperationException or NullReferenceException or FormatException or OverflowException)
        {
            return $"The entry cannot be understood ({e.Message}): {entry.Details}";
        }

        _entries++;
        _hash = entry.Hash;
        _anchorSeen |= anchor.ToString() == _hash;
        return null;
    }

    private bool Replay(AuditRow entry)
    {
        var details = JsonNode.Parse(entry.Details)!;
        if (entry.Action == AuditRow.Register)
        {
            var version = VersionRow.From(entry, details);
            return _versions.TryAdd((version.Model, version.Number), version);
        }

        if (entry.Action is not (AuditRow.SetAlias or AuditRow.RollbackAlias or AuditRow.RemoveAlias))
        {
            return _records.Follow(entry.Action, details);
        }

        var assignment = AssignmentRow.From(entry, details);
        return _assignments.TryAdd((assignment.Model, assignment.Alias, assignment.Generation), assignment);
    }

    private async Task<AuditFault?> CompareVersionsAsync(MetadataTransaction transaction, CancellationToken cancellationToken)
    {
        var rows = await transaction.QueryAsync(
            $"SELECT model, number, artifact, format, signature, run_id, facts, created_by, created_at FROM data_model_versions ORDER BY model, number",
            VersionRow.From,
            cancellationToken).ConfigureAwait(false);
        foreach (var row in rows)
        {
            if (!_versions.Remove((row.Model, row.Number), out var derived))
            {
                return new AuditFault(null, $"The version {row.Model}/{row.Number} is in the registry but not in the log.");
            }

            if (row != derived)
            {
                return new AuditFault(null, $"The version {row.Model}/{row.Number} was edited: expected {derived}, got {row}.");
            }
        }

        return _versions.Count == 0 ? null : new AuditFault(null, $"The log registers {string.Join(", ", _versions.Keys.Take(10).Select(v => $"{v.Model}/{v.Number}"))}, which the registry lacks.");
    }

    private async Task<AuditFault?> CompareAssignmentsAsync(MetadataTransaction transaction, CancellationToken cancellationToken)
    {
        var rows = await transaction.QueryAsync(
            $"""
            SELECT model, alias, generation, version, rollback_generation, actor, reason, evidence, assigned_at FROM data_alias_assignments
            ORDER BY model, alias, generation
            """,
            AssignmentRow.From,
            cancellationToken).ConfigureAwait(false);
        foreach (var row in rows)
        {
            if (!_assignments.Remove((row.Model, row.Alias, row.Generation), out var derived))
            {
                return new AuditFault(null, $"Generation {row.Generation} of {row.Model}@{row.Alias} is in the registry but not in the log.");
            }

            if (row != derived)
            {
                return new AuditFault(null, $"Generation {row.Generation} of {row.Model}@{row.Alias} was edited: expected {derived}, got {row}.");
            }
        }

        return _assignments.Count == 0
            ? null
            : new AuditFault(null, $"The log moves {string.Join(", ", _assignments.Keys.Take(10).Select(a => $"{a.Model}@{a.Alias} (generation {a.Generation})"))}, which the registry lacks.");
    }
}
