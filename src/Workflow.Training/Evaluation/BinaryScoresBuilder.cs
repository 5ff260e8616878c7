using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Apache.Arrow;
using Workflow.Data.Tables;
using Workflow.Training.Trainers;

namespace Workflow.Training.Evaluation;

/// <summary>Collects the rows of <see cref="BinaryScores"/> and the faults in them.</summary>
internal sealed class BinaryScoresBuilder
{
    private readonly BinaryColumns _columns;
    private readonly RowFaults _labelFaults;
    private readonly RowFaults _scoreFaults;
    private readonly RowFaults _weightFaults;
    private readonly Dictionary<long, int> _clusterNumbers = [];
    private double[] _numbers = [];
    private long[] _keys = [];

    private BinaryScoresBuilder(TableSource source, BinaryColumns columns, IReadOnlyList<string> names)
    {
        (_columns, Columns, Source) = (columns, names, source.Describe());
        _labelFaults = new RowFaults($"label '{columns.Label}'", Source, "0 or 1");
        _scoreFaults = new RowFaults($"score '{columns.Score}'", Source, "a probability from 0 to 1");
        _weightFaults = new RowFaults($"weight '{columns.Weight}'", Source, "a finite number, at least 0");
        Weights = columns.Weight is null ? null : [];
        Ids = columns.Id is null ? null : [];
        Clusters = columns.Cluster is null ? null : [];
    }

    public IReadOnlyList<string> Columns { get; }

    public string Source { get; }

    public List<bool> Labels { get; } = [];

    public List<double> Scores { get; } = [];

    public List<double>? Weights { get; }

    public List<long>? Ids { get; }

    public List<int>? Clusters { get; }

    public int ClusterCount => _clusterNumbers.Count;

    /// <summary>Finds the columns in a table.</summary>
    /// <exception cref="SchemaMismatchException">Columns are missing or have types that cannot be read; all are listed.</exception>
    public static BinaryScoresBuilder For(TableSource source, BinaryColumns columns, bool isScored)
    {
        var differences = ImmutableArray.CreateBuilder<SchemaDifference>();
        var names = new List<string>();
        Require(columns.Label, NumberColumn.CanRead, NumberColumn.Accepted);
        Require(isScored ? columns.Score : null, NumberColumn.CanRead, NumberColumn.Accepted);
        Require(columns.Weight, NumberColumn.CanRead, NumberColumn.Accepted);
        Require(columns.Id, KeyColumn.CanRead, KeyColumn.Accepted);
        Require(columns.Cluster, KeyColumn.CanRead, KeyColumn.Accepted);
        if (columns.ClusterPeriod is { } period && period <= TimeSpan.Zero)
        {
            throw new ArgumentException($"{nameof(BinaryColumns.ClusterPeriod)} is {period}; give a positive length.", nameof(columns));
        }

        return differences.Count == 0
            ? new BinaryScoresBuilder(source, columns, names)
            : throw new SchemaMismatchException($"an evaluation of {source.Describe()}", differences.ToImmutable());

        void Require(string? name, Func<Apache.Arrow.Types.IArrowType, bool> canRead, string expected)
        {
            if (name is null)
            {
                return;
            }

            var index = source.Schema.GetFieldIndex(name);
            if (index < 0 || !canRead(source.Schema.FieldsList[index].DataType))
            {
                differences.Add(new SchemaDifference(name, expected, index < 0 ? null : TableSchema.Describe(source.Schema.FieldsList[index])));
            }
            else if (!names.Contains(name, StringComparer.Ordinal))
            {
                names.Add(name);
            }
        }
    }

    /// <summary>Takes the rows of a batch.</summary>
    public void Add(RecordBatch batch, IArrowArray scores)
    {
        var first = Labels.Count;
        foreach (var label in Numbers(Column(batch, _columns.Label), _labelFaults, first, static v => v is 0 or 1))
        {
            Labels.Add(label == 1);
        }

        Scores.AddRange(Numbers(scores, _scoreFaults, first, static v => v >= 0 && v <= 1));
        Weights?.AddRange(Numbers(Column(batch, _columns.Weight!), _weightFaults, first, static v => v >= 0 && double.IsFinite(v)));
        Ids?.AddRange(Keys(Column(batch, _columns.Id!), period: null));
        if (Clusters is not null)
        {
            foreach (var key in Keys(Column(batch, _columns.Cluster!), _columns.ClusterPeriod))
            {
                ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_clusterNumbers, key, out var exists);
                number = exists ? number : _clusterNumbers.Count - 1;
                Clusters.Add(number);
            }
        }

        GC.KeepAlive(batch);
    }

    /// <summary>Throws if any value is not allowed, or there are no rows.</summary>
    public void ThrowIfFaulty()
    {
        _labelFaults.ThrowIfAny();
        _scoreFaults.ThrowIfAny();
        _weightFaults.ThrowIfAny();
        if (Labels.Count == 0)
        {
            throw new InvalidDataException($"There is nothing to evaluate: {Source} has no rows.");
        }

        if (Weights is not null && Weights.TrueForAll(static w => w == 0))
        {
            throw new InvalidDataException($"The weight '{_columns.Weight}' of {Source} is 0 in every row; give at least one row a weight.");
        }
    }

    private static IArrowArray Column(RecordBatch batch, string name) => batch.Column(batch.Schema.GetFieldIndex(name));

    private ReadOnlySpan<double> Numbers(IArrowArray column, RowFaults faults, long firstRow, Func<double, bool> isAllowed)
    {
        if (_numbers.Length < column.Length)
        {
            _numbers = new double[column.Length];
        }

        var values = _numbers.AsSpan(0, column.Length);
        NumberColumn.Read(column, values);
        for (var i = 0; i < values.Length; i++)
        {
            if (!isAllowed(values[i]))
            {
                faults.Add(firstRow + i, values[i], column.IsNull(i));
            }
        }

        return values;
    }

    private ReadOnlySpan<long> Keys(IArrowArray column, TimeSpan? period)
    {
        if (_keys.Length < column.Length)
        {
            _keys = new long[column.Length];
        }

        var keys = _keys.AsSpan(0, column.Length);
        KeyColumn.Read(column, period, keys);
        return keys;
    }
}
