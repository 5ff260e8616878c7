using System.Runtime.InteropServices;
using Apache.Arrow;
using Workflow.Features.Views;

namespace Workflow.Features.Joins;

/// <summary>Computes on-demand features of a batch: the one place for training and serving.</summary>
internal static class OnDemandColumns
{
    public static void Compute(FeatureService service, RecordBatch batch, ColumnReader reader, int at, ReadOnlySpan<FeatureColumn> columns)
    {
        for (var i = 0; i < columns.Length; i++)
        {
            var cells = columns[i].Cells.Slice(at, batch.Length);
            service.OnDemand[i].Formula.Evaluate(batch, reader, MemoryMarshal.Cast<long, double>(cells));
        }
    }
}
