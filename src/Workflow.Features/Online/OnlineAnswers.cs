using Apache.Arrow;
using Workflow.Features.Aggregation;
using Workflow.Features.Joins;
using Workflow.Features.Views;

namespace Workflow.Features.Online;

/// <summary>Answers batches of requests from the views of a service. Not thread-safe.</summary>
internal sealed class OnlineAnswers(FeatureService service, OnlineView[] views)
{
    private readonly FeatureFields _fields = new(service);

    /// <summary>Answers.</summary>
    /// <param name="requests">Checked to have what is needed.</param>
    /// <param name="reader">Reads them.</param>
    /// <param name="times">The moment of each.</param>
    /// <param name="order">The rows by ascending time: windows slide on only.</param>
    public OnlineAnswer Answer(RecordBatch requests, ColumnReader reader, ReadOnlySpan<long> times, int[] order)
    {
        var rows = requests.Length;
        var columns = _fields.Columns(rows, null);
        var arrays = new Dictionary<string, (Field Field, Func<IArrowArray> Array)>(StringComparer.Ordinal);
        var isKnown = new bool[service.FeatureNames.Length * rows];
        var newest = new int[service.FeatureNames.Length][];
        System.Array.Fill(newest, []);
        var found = new List<IArrowArray>();
        try
        {
            System.Array.ForEach(columns, c => arrays.Add(c.Field.Name, (c.Field, () => c.Share(0, rows))));
            isKnown.AsSpan((service.FeatureNames.Length - service.OnDemand.Length) * rows).Fill(true);
            var first = 0;
            for (var v = 0; v < views.Length; v++)
            {
                var (view, taken) = (views[v], service.Views[v]);
                var slots = Read(view, requests, times, (order, columns.AsMemory(first, view.FeatureCount)), out var known);
                first += view.FeatureCount;
                for (var l = 0; l < taken.Latest.Length; l++)
                {
                    var name = taken.ColumnOf(taken.Latest[l].Name);
                    newest[service.FeatureNames.IndexOf(name)] = slots[l];
                    var values = view.Cells(l) is { } cells ? ArrowArrayFactory.BuildArray(cells.Build(slots[l])) : new NullArray(rows);
                    arrays.Add(name, (FeatureFields.Latest(taken, taken.Latest[l], values.Data.DataType), () => SharedArray.Of(values)));
                    found.Add(values);
                }

                foreach (var name in taken.Names)
                {
                    known.CopyTo(isKnown, service.FeatureNames.IndexOf(taken.ColumnOf(name)) * rows);
                }
            }

            OnDemandColumns.Compute(service, new OnDemandColumns.Inputs(requests, name => arrays[name].Array()), reader, 0, columns.AsSpan()[^service.OnDemand.Length..]);
            var ordered = service.FeatureNames.Select(n => arrays[n]).ToList();
            var batch = new RecordBatch(new Schema([.. ordered.Select(static c => c.Field)], _fields.Metadata()), ordered.Select(static c => c.Array()), rows);
            var width = service.FeatureNames.Length;
            var statuses = new FeatureStatus[rows * width];
            for (var cell = 0; cell < statuses.Length; cell++)
            {
                var (row, column) = (cell / width, cell % width);
                var status = newest[column].Length > 0 ? OnlineAnswer.StatusOf(newest[column][row]) : isKnown[(column * rows) + row] ? FeatureStatus.Present : FeatureStatus.NotFound;
                statuses[cell] = status == FeatureStatus.Present && batch.Column(column).IsNull(row) ? FeatureStatus.NullValue : status;
            }

            return new OnlineAnswer(service, OnlineAnswer.Share(requests), batch, new OnlineAnswer.Cells(statuses, [], times.ToArray()));
        }
        finally
        {
            System.Array.ForEach(columns, static c => c.Dispose());
            found.ForEach(static a => a.Dispose());
        }
    }

    private static int[][] Read(OnlineView view, RecordBatch requests, ReadOnlySpan<long> times, (int[] Rows, Memory<FeatureColumn> Columns) output, out bool[] known)
    {
        var values = new FeatureValue[view.FeatureCount];
        var found = new int[view.LatestCount];
        int[][] newest = [.. found.Select(_ => new int[requests.Length])];
        System.Array.ForEach(newest, static n => n.AsSpan().Fill(LatestJoin.NotFound));
        known = new bool[requests.Length];
        view.RequestKeys.Next(requests);
        foreach (var row in output.Rows)
        {
            if (times[row] == FeatureTime.Never || !view.RequestKeys.TryEncode(row))
            {
                continue;
            }

            known[row] = true;
            view.Read(view.Find(view.RequestKeys.Bytes), times[row], values, found);
            for (var i = 0; i < values.Length; i++)
            {
                output.Columns.Span[i].Output.Set(row, values[i]);
            }

            for (var i = 0; i < found.Length; i++)
            {
                newest[i][row] = found[i];
            }
        }

        return newest;
    }
}
