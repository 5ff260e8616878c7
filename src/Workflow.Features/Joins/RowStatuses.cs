using System.Collections.Immutable;
using Workflow.Features.Views;

namespace Workflow.Features.Joins;

/// <summary>Says of each output row whether a newest row counts: a byte a row. Immutable.</summary>
internal sealed class RowStatuses
{
    private readonly byte[] _statuses;

    /// <summary>Takes finished statuses.</summary>
    public RowStatuses(byte[] statuses) => _statuses = statuses;

    /// <summary>Reads them off the winners of a join.</summary>
    public static RowStatuses Of(ReadOnlySpan<int> winners)
    {
        var statuses = new byte[winners.Length];
        for (var row = 0; row < winners.Length; row++)
        {
            statuses[row] = (byte)(winners[row] switch
            {
                LatestJoin.NotFound => FeatureStatus.NotFound,
                LatestJoin.TooOld => FeatureStatus.OutsideMaxAge,
                _ => FeatureStatus.Present,
            });
        }

        return new RowStatuses(statuses);
    }

    public byte this[int row] => _statuses[row];

    public ImmutableArray<FeatureStatus> ToArray() => [.. _statuses.Select(static s => (FeatureStatus)s)];
}
