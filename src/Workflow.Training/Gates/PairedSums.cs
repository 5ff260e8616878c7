using Workflow.Training.Evaluation;

namespace Workflow.Training.Gates;

/// <summary>All that a resample of groups needs to know: then each costs groups² operations, however many rows there are.</summary>
/// <remarks>
/// The area under the curve with group weights w is Σ w_c w_d A[c,d] / (Σ w_c P_c · Σ w_d N_d), where A[c,d] counts the pairs of a row of
/// class 1 in group c that beats a row of class 0 in group d (ties one half).
/// </remarks>
internal sealed class PairedSums
{
    private readonly int _groups;
    private readonly double[] _winsDelta;
    private readonly double[] _positive;
    private readonly double[] _negative;
    private readonly double[] _lossDelta;
    private readonly double[] _product;

    /// <summary>Sums up the rows.</summary>
    public PairedSums(BinaryScores champion, BinaryScores challenger, int[] groupOfRow, int groups)
    {
        _groups = groups;
        _product = new double[groups];
        (_positive, _negative, _lossDelta) = (new double[groups], new double[groups], new double[groups]);
        for (var i = 0; i < champion.Count; i++)
        {
            var weight = champion.Weights is null ? 1 : champion.Weights[i];
            var label = champion.Labels[i];
            (label ? _positive : _negative)[groupOfRow[i]] += weight;
            _lossDelta[groupOfRow[i]] += weight * (BinaryEvaluation.Loss(challenger.Scores[i], label) - BinaryEvaluation.Loss(champion.Scores[i], label));
        }

        _winsDelta = new double[groups * groups];
        AddWins(challenger, groupOfRow, 1);
        AddWins(champion, groupOfRow, -1);
    }

    /// <summary>Computes the differences, challenger − champion, of one resample.</summary>
    /// <param name="counts">How often each group was drawn.</param>
    /// <param name="area">The difference of areas; NaN where a class is missing.</param>
    /// <param name="logLoss">The difference of log losses, in nats.</param>
    public void Resample(ReadOnlySpan<double> counts, out double area, out double logLoss)
    {
        for (var c = 0; c < _groups; c++)
        {
            _product[c] = counts[c] == 0 ? 0 : GroupVectors.Dot(_winsDelta.AsSpan(c * _groups, _groups), counts);
        }

        var (positive, negative) = (GroupVectors.Dot(counts, _positive), GroupVectors.Dot(counts, _negative));
        area = GroupVectors.Dot(counts, _product) / (positive * negative);
        logLoss = GroupVectors.Dot(counts, _lossDelta) / (positive + negative);
    }

    private void AddWins(BinaryScores rows, int[] groupOfRow, double sign)
    {
        var (keys, order) = RocArea.Sorted(rows.Scores);
        var below = new double[_groups];
        for (int start = 0, end; start < order.Length; start = end)
        {
            for (end = start + 1; end < order.Length && keys[end] == keys[start];)
            {
                end++;
            }

            // Half of a tied row counts as below, for the rows of class 1 it is tied with; the other half for those above.
            AddBelow(start, end);
            for (var i = start; i < end; i++)
            {
                if (rows.Labels[order[i]])
                {
                    var wins = _winsDelta.AsSpan(groupOfRow[order[i]] * _groups, _groups);
                    GroupVectors.AddScaled(below, sign * Weight(order[i]), wins);
                }
            }

            AddBelow(start, end);
        }

        double Weight(int row) => rows.Weights is null ? 1 : rows.Weights[row];

        void AddBelow(int from, int to)
        {
            for (var i = from; i < to; i++)
            {
                if (!rows.Labels[order[i]])
                {
                    below[groupOfRow[order[i]]] += Weight(order[i]) / 2;
                }
            }
        }
    }
}
