using Apache.Arrow;
using Workflow.Monitoring.Profiles;
using Workflow.Numerics.Random;

namespace Workflow.Monitoring.Drift;

/// <summary>Draws rows from a stream, each with the same probability, and keeps the watched columns of them. Not thread-safe.</summary>
/// <remarks>Source: Vitter's algorithm R, 1985.</remarks>
internal sealed class ReferenceSample(IReadOnlyList<FeatureKind> kinds, int capacity, long seed)
{
    private readonly double[][] _numbers = [.. kinds.Select(k => k is FeatureKind.Numeric ? new double[capacity] : [])];
    private readonly string?[][] _texts = [.. kinds.Select(k => k is FeatureKind.Category ? new string?[capacity] : [])];
    private readonly List<(int Row, int Slot)> _chosen = [];
    private Philox _random = new(seed, "drift-reference");

    public long Rows { get; private set; }

    public void Add(RecordBatch batch)
    {
        _chosen.Clear();
        for (var row = 0; row < batch.Length; row++)
        {
            var slot = Rows < capacity ? Rows : (long)(_random.NextDouble() * (Rows + 1));
            if (slot < capacity)
            {
                _chosen.Add((row, (int)slot));
            }

            Rows++;
        }

        for (var column = 0; column < kinds.Count; column++)
        {
            if (kinds[column] is FeatureKind.Numeric)
            {
                AddNumbers(batch.Column(column), _numbers[column]);
            }
            else
            {
                var array = batch.Column(column);
                foreach (var (row, slot) in _chosen)
                {
                    _texts[column][slot] = array.IsNull(row) ? null : StringColumn.Text(array, row);
                }
            }
        }
    }

    /// <summary>Gives the finite numbers of the sample, ascending.</summary>
    public double[] SortedNumbers(int column)
    {
        double[] finite = [.. _numbers[column].Take((int)Math.Min(Rows, capacity)).Where(double.IsFinite)];
        System.Array.Sort(finite);
        return finite;
    }

    /// <summary>Gives the most frequent strings of the sample; of equally frequent ones the first by its code units.</summary>
    public IEnumerable<string> FrequentTexts(int column, int most) => _texts[column].Take((int)Math.Min(Rows, capacity))
        .OfType<string>()
        .CountBy(text => text, StringComparer.Ordinal)
        .OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal)
        .Take(most).Select(pair => pair.Key);

    private void AddNumbers(IArrowArray array, double[] sample)
    {
        var scratch = new double[array.Length];
        var values = ColumnBlock.AsDouble(array, 0, scratch);
        var validity = ColumnBlock.Validity(array);
        foreach (var (row, slot) in _chosen)
        {
            sample[slot] = ColumnBlock.IsNull(validity, array.Offset + row) ? double.NaN : values[row];
        }
    }
}
