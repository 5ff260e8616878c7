using System.Collections.Immutable;
using System.Globalization;
using Workflow.Data.Metadata;

namespace Workflow.Data.Registry;

/// <summary>Runs one search: what SQL can tell in SQL, facts here, a bounded number of rows at a time.</summary>
internal sealed class ModelSearcher
{
    private const int BlockSize = 500;
    private readonly ModelSearch _search;
    private readonly ImmutableArray<FactCondition> _facts;
    private readonly ImmutableArray<KeyValuePair<string, string?>> _tags;
    private string _model = "";
    private long _number;

    public ModelSearcher(ModelSearch search)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(search.Limit, 1, nameof(search));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(search.Limit, 1000, nameof(search));
        if (search.Alias is not null)
        {
            RegistryNames.RequireAlias(search.Alias, nameof(search));
        }

        if (search.After is not null)
        {
            (_model, _, var number) = RegistryNames.ParseReference(search.After);
            _number = number ?? throw new ArgumentException($"'{search.After}' is not where a page begins: expected the Next of the page before.", nameof(search));
        }

        if (search.Facts.FirstOrDefault(f => double.IsNaN(f.Value)) is { } bad)
        {
            throw new ArgumentException($"Nothing can be compared with NaN: the condition on '{bad.Name}'.", nameof(search));
        }

        (_search, _facts, _tags) = (search, [.. search.Facts], [.. search.Tags]);
    }

    public async Task<ModelSearchPage> RunAsync(MetadataTransaction transaction, CancellationToken cancellationToken)
    {
        var found = new List<ModelVersion>();
        ImmutableArray<VersionRow> rows;
        do
        {
            rows = await transaction.QueryAsync(Statement(), VersionRow.From, cancellationToken).ConfigureAwait(false);
            foreach (var row in rows)
            {
                (_model, _number) = (row.Model, row.Number);
                var version = row.ToVersion();
                if (_facts.All(f => f.IsMetBy(version)))
                {
                    found.Add(version);
                }

                // One more than asked for tells whether there is a next page.
                if (found.Count > _search.Limit)
                {
                    break;
                }
            }
        }
        while (rows.Length == BlockSize && found.Count <= _search.Limit);

        var isLast = found.Count <= _search.Limit;
        ImmutableArray<ModelVersion> shown = [.. found.Take(_search.Limit)];
        return new ModelSearchPage { Hits = await DescribeAsync(transaction, shown, cancellationToken).ConfigureAwait(false), Next = isLast ? null : shown[^1].Reference };
    }

    private static async Task<ImmutableArray<ModelSearchHit>> DescribeAsync(MetadataTransaction transaction, ImmutableArray<ModelVersion> versions, CancellationToken cancellationToken)
    {
        var hits = ImmutableArray.CreateBuilder<ModelSearchHit>(versions.Length);
        foreach (var model in versions.GroupBy(v => v.Name, StringComparer.Ordinal))
        {
            var holders = AliasHistory.Current(await RegistryStore.AssignmentsAsync(transaction, model.Key, cancellationToken).ConfigureAwait(false)).ToLookup(a => a.Version, a => a.Alias);
            var tags = (await RegistryRecords.ListAsync(transaction, RegistryRecord.Tag, model.Key, cancellationToken).ConfigureAwait(false)).ToLookup(t => t.Number);
            foreach (var version in model)
            {
                ImmutableArray<string> aliases = [.. holders[version.Number]];
                var own = tags[version.Number].ToImmutableSortedDictionary(t => t.Name, t => t.Value, StringComparer.Ordinal);
                hits.Add(new ModelSearchHit { Version = version, Aliases = aliases, Tags = own, Stage = ModelStages.Of(aliases, own) });
            }
        }

        return hits.DrainToImmutable();
    }

    private SqlText Statement()
    {
        SqlText sql = $"""
            SELECT model, number, artifact, format, signature, run_id, facts, created_by, created_at FROM data_model_versions v
            WHERE (v.model > {_model} OR (v.model = {_model} AND v.number > {_number}))
            AND NOT EXISTS (SELECT 1 FROM data_registry_records d WHERE d.kind = 'deletion' AND d.model = v.model AND d.number = v.number)
            """;
        if (!string.IsNullOrEmpty(_search.NamePrefix))
        {
            // Names are printable ASCII: DEL comes after all of it.
            sql.AppendLiteral(" AND v.model >= ");
            sql.AppendFormatted(_search.NamePrefix);
            sql.AppendLiteral(" AND v.model < ");
            sql.AppendFormatted(_search.NamePrefix + '\x7f');
        }

        foreach (var (name, value) in _tags)
        {
            sql.AppendLiteral(" AND ");
            AppendTag(sql, "v.number, 0", name, value);
        }

        if (_search.Alias is { } alias)
        {
            sql.AppendLiteral(" AND ");
            AppendHolds(sql, alias);
        }

        if (_search.Stage is { } stage)
        {
            AppendStage(sql, stage);
        }

        sql.AppendLiteral(string.Create(CultureInfo.InvariantCulture, $" ORDER BY v.model, v.number LIMIT {BlockSize}"));
        return sql;
    }

    private static void AppendStage(SqlText sql, ModelStage stage)
    {
        // Production wins over Staging, and both over Archived.
        sql.AppendLiteral(stage is ModelStage.Production ? " AND " : " AND NOT ");
        AppendHolds(sql, ModelStages.AliasOf(ModelStage.Production)!);
        if (stage is ModelStage.Production)
        {
            return;
        }

        sql.AppendLiteral(stage is ModelStage.Staging ? " AND " : " AND NOT ");
        AppendHolds(sql, ModelStages.AliasOf(ModelStage.Staging)!);
        if (stage is not ModelStage.Staging)
        {
            sql.AppendLiteral(stage is ModelStage.Archived ? " AND " : " AND NOT ");
            AppendTag(sql, "v.number", ModelStages.Tag, ModelStages.ArchivedTag);
        }
    }

    private static void AppendTag(SqlText sql, string numbers, string name, string? value)
    {
        sql.AppendLiteral($"EXISTS (SELECT 1 FROM data_registry_records t WHERE t.kind = 'tag' AND t.model = v.model AND t.number IN ({numbers}) AND t.name = ");
        sql.AppendFormatted(name);
        if (value is not null)
        {
            sql.AppendLiteral(" AND t.value = ");
            sql.AppendFormatted(value);
        }

        sql.AppendLiteral(")");
    }

    private static void AppendHolds(SqlText sql, string alias)
    {
        sql.AppendLiteral(
            """
            EXISTS (SELECT 1 FROM data_alias_assignments a WHERE a.model = v.model AND a.version = v.number
            AND a.generation = (SELECT max(b.generation) FROM data_alias_assignments b WHERE b.model = a.model AND b.alias = a.alias) AND a.alias =
            """);
        sql.AppendLiteral(" ");
        sql.AppendFormatted(alias);
        sql.AppendLiteral(")");
    }
}
