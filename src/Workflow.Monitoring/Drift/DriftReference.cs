using System.Collections.Immutable;
using Apache.Arrow.Types;
using Workflow.Data.Definitions;
using Workflow.Data.Storage;
using Workflow.Data.Tables;
using Workflow.Monitoring.Profiles;

namespace Workflow.Monitoring.Drift;

/// <summary>What features looked like in training: fixed bins and their counts, stored beside the model. Immutable; safe for concurrent use.</summary>
/// <remarks>
/// The bins never move with live data, so drift cannot hide in them. Identified by the digest of its canonical JSON. Equal rows in
/// equal order with equal options give an equal reference.
/// </remarks>
public sealed class DriftReference
{
    internal DriftReference(long rows, ImmutableArray<FeatureReference> features)
    {
        Rows = rows;
        Features = features;
        Digest = CanonicalJson.Digest(DriftReferenceJson.Write(this));
    }

    /// <summary>Gets the number of reference rows.</summary>
    public long Rows { get; }

    /// <summary>Gets the features, in column order.</summary>
    public ImmutableArray<FeatureReference> Features { get; }

    /// <summary>Gets the SHA-256 of the canonical JSON.</summary>
    public ContentDigest Digest { get; }

    /// <summary>Makes a reference from training rows. Hold-out rows serve better where a score is watched: a model is too sure of the rows it learnt from.</summary>
    /// <param name="training">Read twice: once for the bins, once for the counts.</param>
    /// <param name="options">The columns and bins; null for the defaults.</param>
    /// <param name="cancellationToken">Observed between batches.</param>
    /// <exception cref="SchemaMismatchException">A named column is missing or of a type that has no bins; all are listed.</exception>
    /// <exception cref="InvalidDataException">There are no rows or no columns to learn bins from.</exception>
    public static async Task<DriftReference> FitAsync(TableSource training, DriftReferenceOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        options ??= new DriftReferenceOptions();
        options.Validate();
        var (columns, kinds) = Columns(training, options);
        var sample = new ReferenceSample(kinds, options.SampleRows, options.Seed);
        await foreach (var batch in training.ReadAsync(columns, cancellationToken).ConfigureAwait(false))
        {
            using (batch)
            {
                sample.Add(batch);
                GC.KeepAlive(batch);
            }
        }

        if (sample.Rows == 0)
        {
            throw new InvalidDataException($"{training.Describe()} has no rows; a drift reference needs training rows.");
        }

        var counters = columns.Select((name, i) => new FeatureCounter(Bins(name, i, kinds[i], sample, options))).ToList();
        var counts = counters.Select(c => new long[c.Bins]).ToList();
        await foreach (var batch in training.ReadAsync(columns, cancellationToken).ConfigureAwait(false))
        {
            using (batch)
            {
                for (var i = 0; i < counters.Count; i++)
                {
                    counters[i].Add(batch.Column(i), 0, batch.Length, counts[i]);
                }

                GC.KeepAlive(batch);
            }
        }

        return new DriftReference(counts[0].Sum(), [.. counters.Select((c, i) => c.Reference with { Counts = [.. counts[i]] })]);
    }

    /// <summary>Reads a reference from its JSON.</summary>
    /// <param name="json">UTF-8; as <see cref="ToJson"/> writes it, in any order and spacing. At most 16 MiB.</param>
    /// <exception cref="FormatException">The JSON is not that of a reference; says what was expected.</exception>
    public static DriftReference Parse(ReadOnlySpan<byte> json) => DriftReferenceJson.Read(json);

    /// <summary>Writes the reference as canonical JSON (RFC 8785).</summary>
    public byte[] ToJson() => CanonicalJson.Serialize(DriftReferenceJson.Write(this));

    internal static FeatureKind? KindOf(IArrowType type) =>
        StringColumn.IsString(type) ? FeatureKind.Category
        : type.TypeId is ArrowTypeId.Boolean || ColumnBlock.IsReal(type.TypeId) || (ColumnBlock.IsInteger(type.TypeId) && type.TypeId is not ArrowTypeId.Timestamp) ? FeatureKind.Numeric
        : null;

    private static (List<string> Columns, List<FeatureKind> Kinds) Columns(TableSource training, DriftReferenceOptions options)
    {
        var schema = training.Schema;
        IEnumerable<string> wanted = options.Columns ?? [.. schema.FieldsList.Where(f => KindOf(f.DataType) is not null).Select(f => f.Name)];
        var (columns, kinds, differences) = (new List<string>(), new List<FeatureKind>(), ImmutableArray.CreateBuilder<SchemaDifference>());
        foreach (var name in wanted.Distinct(StringComparer.Ordinal))
        {
            var index = schema.GetFieldIndex(name);
            var type = index < 0 ? null : schema.FieldsList[index].DataType;
            if (type is not null && KindOf(type) is { } kind)
            {
                columns.Add(name);
                kinds.Add(kind);
            }
            else
            {
                differences.Add(new SchemaDifference(name, "a column of numbers, truth values or strings", type is null ? null : TableSchema.Describe(type)));
            }
        }

        if (differences.Count > 0)
        {
            throw new SchemaMismatchException("a drift reference", differences.ToImmutable());
        }

        return columns.Count > 0 ? (columns, kinds) : throw new InvalidDataException($"{training.Describe()} has no column of numbers, truth values or strings to watch.");
    }

    private static FeatureReference Bins(string name, int column, FeatureKind kind, ReferenceSample sample, DriftReferenceOptions options) => new()
    {
        Name = name,
        Kind = kind,
        Edges = kind is FeatureKind.Numeric ? [.. QuantileEdges.Of(sample.SortedNumbers(column), options.BinCount)] : [],
        Categories = kind is FeatureKind.Category ? [.. sample.FrequentTexts(column, options.MaximumCategories)] : [],
        Counts = [],
    };
}
