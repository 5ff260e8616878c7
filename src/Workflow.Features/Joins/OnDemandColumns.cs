using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Data.Tables;
using Workflow.Features.Aggregation;
using Workflow.Features.Views;

namespace Workflow.Features.Joins;

/// <summary>Computes on-demand features of a batch: the one place for training and serving.</summary>
internal static class OnDemandColumns
{
    /// <summary>Computes them.</summary>
    /// <param name="service">Its on-demand features, as the columns.</param>
    /// <param name="inputs">The requests, and the features that formulas read.</param>
    /// <param name="reader">At these requests.</param>
    /// <param name="at">The first row of the columns.</param>
    /// <param name="columns">One a feature.</param>
    /// <exception cref="SchemaMismatchException">A feature that a formula reads is no number; all are listed.</exception>
    public static void Compute(FeatureService service, Inputs inputs, ColumnReader reader, int at, ReadOnlySpan<FeatureColumn> columns)
    {
        var stored = service.StoredInputs.Select(n => (Name: n, Array: Known(inputs.Stored(n)))).ToList();
        try
        {
            var differences = stored.Where(static s => !ColumnReader.IsNumber(s.Array.Data.DataType)).Select(static s => new SchemaDifference(s.Name, "a number of at most 64 bits, a boolean or a timestamp", TableSchema.Describe(s.Array.Data.DataType))).ToList();
            if (differences.Count > 0)
            {
                throw new SchemaMismatchException($"on-demand features of service '{service.Name}'", [.. differences]);
            }

            var requests = inputs.Requests;
            var batch = stored.Count == 0 ? requests : new RecordBatch(
                new Schema([.. service.RequestInputs.Select(requests.Schema.GetFieldByName), .. stored.Select(static s => new Field(s.Name, s.Array.Data.DataType, nullable: true))], null),
                [.. service.RequestInputs.Select(requests.Column), .. stored.Select(static s => s.Array)],
                requests.Length);
            for (var i = 0; i < columns.Length; i++)
            {
                var cells = columns[i].Cells.Slice(at, requests.Length);
                service.OnDemand[i].Formula.Evaluate(batch, reader, MemoryMarshal.Cast<long, double>(cells));
            }
        }
        finally
        {
            stored.ForEach(static s => s.Array.Dispose());
        }
    }

    /// <summary>Takes back what was computed of a row for which an input is not known.</summary>
    public static void Forget(FeatureColumn column, int row) => column.Cells[row] = BitConverter.DoubleToInt64Bits(Missing.Value);

    // Before a source's first event the type of its columns is not known: they are null, of whatever type.
    private static IArrowArray Known(IArrowArray array) => array is NullArray ? ArrowArrayFactory.BuildArray(new ArrayData(DoubleType.Default, array.Length, array.Length, 0, [new ArrowBuffer(new byte[(array.Length + 7) / 8]), new ArrowBuffer(new byte[array.Length * sizeof(double)])])) : array;

    /// <summary>What formulas read.</summary>
    /// <param name="Requests">Has the columns of the label table or request. Borrowed.</param>
    /// <param name="Stored">Gives a feature's values, row by row of the requests; each array is given up.</param>
    internal readonly record struct Inputs(RecordBatch Requests, Func<string, IArrowArray> Stored);
}
