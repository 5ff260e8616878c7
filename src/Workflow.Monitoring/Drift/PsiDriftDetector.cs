using System.Collections.Immutable;
using Apache.Arrow;
using Workflow.Data.Registry;
using Workflow.Data.Tables;
using Workflow.Monitoring.Profiles;
using Workflow.Numerics.Random;

namespace Workflow.Monitoring.Drift;

/// <summary>Tells whether live rows still look like the reference, feature by feature, with false alarms under control.</summary>
/// <remarks>
/// <para>
/// Under no drift PSI / (1/m + 1/n) follows χ² with one degree of freedom less than there are bins; where an expected count is below 10
/// the rows are permuted instead. So p-values are right for windows of every size, while the size of the index says whether it matters.
/// Rows are taken as independent: autocorrelated rows alarm too often.
/// </para>
/// <para>Immutable; safe for concurrent use. Equal inputs give bit-equal reports on one machine, whatever else it does.</para>
/// </remarks>
public sealed class PsiDriftDetector
{
    private readonly PsiDriftOptions _options;
    private readonly ImmutableArray<FeatureCounter> _counters;

    /// <summary>Makes a detector.</summary>
    /// <param name="reference">What the features looked like.</param>
    /// <param name="options">When to alarm; null for the defaults. Later changes are not seen.</param>
    /// <exception cref="ArgumentException">The options are wrong; every fault is listed.</exception>
    public PsiDriftDetector(DriftReference reference, PsiDriftOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(reference);
        options ??= new PsiDriftOptions();
        var faults = options.Faults().ToList();
        if (faults.Count > 0)
        {
            throw new ArgumentException($"{nameof(PsiDriftOptions)} has {faults.Count} fault(s):{Environment.NewLine}  {string.Join($"{Environment.NewLine}  ", faults)}", nameof(options));
        }

        Reference = reference;
        _options = new PsiDriftOptions
        {
            MinimumPsi = options.MinimumPsi,
            SignificanceLevel = options.SignificanceLevel,
            Correction = options.Correction,
            MinimumRows = options.MinimumRows,
            Permutations = options.Permutations,
            Seed = options.Seed,
        };
        _counters = [.. reference.Features.Select(f => new FeatureCounter(f))];
    }

    /// <summary>Gets what live rows are compared with.</summary>
    public DriftReference Reference { get; }

    /// <summary>Compares one window of live rows with the reference.</summary>
    /// <param name="window">Read once. A feature is found under its own name or, as in the prediction log, under <c>feature.NAME</c>. An empty window is not enough evidence.</param>
    /// <param name="cancellationToken">Observed between batches.</param>
    /// <exception cref="SchemaMismatchException">Features are missing or no longer of their kind; all are listed.</exception>
    public async Task<DriftReport> CompareAsync(TableSource window, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(window);
        var columns = Columns(window);
        var counts = NewCounts();
        await foreach (var batch in window.ReadAsync(columns, cancellationToken).ConfigureAwait(false))
        {
            using (batch)
            {
                Add(batch, 0, batch.Length, counts);
            }
        }

        return Compare(counts);
    }

    /// <summary>Compares every window of a log with the reference, in one pass.</summary>
    /// <param name="log">Read once; its rows may come in any order. Features are found as in <see cref="CompareAsync"/>.</param>
    /// <param name="windows">How time is cut.</param>
    /// <param name="timeColumn">The column of event times: timestamps in microseconds, UTC; a null is an <see cref="InvalidDataException"/>.</param>
    /// <param name="cancellationToken">Observed between batches.</param>
    /// <returns>The windows that have rows, in order of time.</returns>
    /// <exception cref="SchemaMismatchException">Columns are missing or of another type; all are listed.</exception>
    public async Task<ImmutableArray<WindowDrift>> CompareWindowsAsync(
        TableSource log, TimeWindows windows, string timeColumn = PredictionLogSchema.EventTime, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(windows);
        var columns = Columns(log, timeColumn);
        var counts = new SortedDictionary<long, long[][]>();
        await foreach (var batch in log.ReadAsync(columns, cancellationToken).ConfigureAwait(false))
        {
            using (batch)
            {
                AddWindows(batch, windows, timeColumn, counts);
            }
        }

        return [.. counts.Select(pair => new WindowDrift(windows.StartOf(pair.Key), windows.EndOf(pair.Key), Compare(pair.Value)))];
    }

    private void AddWindows(RecordBatch batch, TimeWindows windows, string timeColumn, SortedDictionary<long, long[][]> counts)
    {
        // Rows mostly come in order of time: runs of rows of one window keep the kernels fed.
        var times = TimeWindows.Microseconds(batch.Column(_counters.Length), timeColumn);
        for (var start = 0; start < batch.Length;)
        {
            var index = windows.IndexOfMicroseconds(times[start]);
            var end = start + 1;
            while (end < batch.Length && windows.IndexOfMicroseconds(times[end]) == index)
            {
                end++;
            }

            if (!counts.TryGetValue(index, out var window))
            {
                counts[index] = window = NewCounts();
            }

            Add(batch, start, end - start, window);
            start = end;
        }
    }

    private void Add(RecordBatch batch, int start, int length, long[][] counts)
    {
        for (var i = 0; i < _counters.Length; i++)
        {
            _counters[i].Add(batch.Column(i), start, length, counts[i]);
        }

        GC.KeepAlive(batch);
    }

    private long[][] NewCounts() => [.. _counters.Select(c => new long[c.Bins])];

    private DriftReport Compare(long[][] counts)
    {
        var rows = counts[0].Sum();
        var isTested = rows >= _options.MinimumRows && Reference.Rows >= _options.MinimumRows;
        var results = _counters.Select((c, i) => isTested
            ? StabilityTest.Run(c.Reference.Counts.AsSpan(), counts[i], _options.SignificanceLevel, _options.Permutations, new Philox(_options.Seed, "psi-permutation", (ulong)i))
            : new StabilityTestResult(rows == 0 ? double.NaN : PopulationStability.IndexOf(c.Reference.Counts.AsSpan(), counts[i]), double.NaN, double.NaN, DriftTestMethod.None)).ToArray();
        double[] pValues = [.. results.Select(r => r.PValue)];
        var adjusted = isTested ? AdjustedPValues.Of(pValues, _options.Correction) : pValues;
        return new DriftReport
        {
            Reference = Reference.Digest,
            ReferenceRows = Reference.Rows,
            Rows = rows,
            SignificanceLevel = _options.SignificanceLevel,
            MinimumPsi = _options.MinimumPsi,
            Correction = _options.Correction,
            Features = [.. results.Select((r, i) => new FeatureDrift
            {
                Feature = _counters[i].Reference.Name,
                Verdict = Verdict(r, adjusted[i]),
                Psi = r.Psi,
                CriticalPsi = r.CriticalPsi,
                PValue = r.PValue,
                AdjustedPValue = adjusted[i],
                Method = r.Method,
                Bins = [.. counts[i].Select((c, bin) => new BinDrift(_counters[i].Reference.LabelOf(bin), _counters[i].Reference.Counts[bin], c)).Where(b => b.Reference + b.Current > 0)],
            })],
        };
    }

    // A window in which chance alone reaches the size that matters cannot acquit a feature; it can still convict it.
    private DriftVerdict Verdict(StabilityTestResult result, double adjusted) =>
        result.Method is DriftTestMethod.None ? DriftVerdict.NotEnoughEvidence
        : result.Psi >= _options.MinimumPsi && adjusted <= _options.SignificanceLevel ? DriftVerdict.Drift
        : result.CriticalPsi > _options.MinimumPsi ? DriftVerdict.NotEnoughEvidence
        : DriftVerdict.NoDrift;

    private List<string> Columns(TableSource table, string? timeColumn = null)
    {
        var schema = table.Schema;
        var (columns, differences) = (new List<string>(), ImmutableArray.CreateBuilder<SchemaDifference>());
        foreach (var feature in Reference.Features)
        {
            var name = schema.GetFieldIndex(feature.Name) >= 0 ? feature.Name : PredictionLogSchema.FeaturePrefix + feature.Name;
            var index = schema.GetFieldIndex(name);
            var type = index < 0 ? null : schema.FieldsList[index].DataType;
            if (type is not null && DriftReference.KindOf(type) == feature.Kind)
            {
                columns.Add(name);
            }
            else
            {
                differences.Add(new SchemaDifference(
                    feature.Name,
                    feature.Kind is FeatureKind.Numeric ? "a column of numbers or truth values" : "a column of strings",
                    type is null ? null : TableSchema.Describe(type)));
            }
        }

        if (timeColumn is not null)
        {
            differences.AddRange(TableSchema.Compare(new Schema([TimeWindows.TimeField(timeColumn)], metadata: null), schema));
            columns.Add(timeColumn);
        }

        return differences.Count == 0 ? columns : throw new SchemaMismatchException($"drift reference {Reference.Digest}", differences.ToImmutable());
    }
}
