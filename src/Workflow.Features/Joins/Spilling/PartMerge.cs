using Apache.Arrow;
using Apache.Arrow.Memory;
using Apache.Arrow.Types;
using Workflow.Features.Offline;
using Workflow.Features.Views;

namespace Workflow.Features.Joins.Spilling;

/// <summary>Puts features that were computed part by part together in the order of the labels.</summary>
internal sealed class PartMerge(FeatureService service, LabelTable labels, MemoryAllocator? allocator)
{
    /// <summary>Writes the kept columns of the labels with the features.</summary>
    /// <param name="groups">The features, part by part, and the part of each row.</param>
    /// <param name="folder">Where the result goes.</param>
    /// <param name="cancellationToken">Observed between batches.</param>
    public async Task<SpillTable> RunAsync(List<SpilledGroup> groups, SpillFolder folder, CancellationToken cancellationToken)
    {
        var table = labels.Rows.Schema;
        string[] kept = [.. labels.Keep ?? table.FieldsList.Select(static f => f.Name)];
        string[] read = [.. kept.Union(service.RequestInputs.Append(labels.TimeColumn), StringComparer.Ordinal)];
        var fields = new FeatureFields(service);
        var byName = groups.SelectMany(static g => g.Parts[0].Schema.FieldsList).Concat(fields.Fields[^service.OnDemand.Length..]).ToDictionary(static f => f.Name, StringComparer.Ordinal);
        var schema = new Schema([.. kept.Select(n => Plain(table.GetFieldByName(n))), .. service.FeatureNames.Select(n => byName[n])], fields.Metadata(table));
        var writer = new SpillWriter(folder, "result.arrow", schema);
        await using (writer.ConfigureAwait(false))
        {
            groups.ForEach(g => g.Open(cancellationToken));
            try
            {
                var reader = new ColumnReader(labels.Rows.Describe());
                var at = 0;
                await foreach (var batch in labels.Rows.ReadAsync(read, cancellationToken).ConfigureAwait(false))
                {
                    using (batch)
                    {
                        reader.Next(batch);
                        var columns = new Dictionary<string, IArrowArray>(StringComparer.Ordinal);
                        foreach (var group in groups)
                        {
                            await group.TakeAsync(at, batch.Length, columns).ConfigureAwait(false);
                        }

                        OnDemand(batch, reader, fields, columns);
                        using var joined = new RecordBatch(schema, [.. kept.Select(n => Plain(batch.Column(n))), .. service.FeatureNames.Select(n => columns[n])], batch.Length);
                        await writer.WriteAsync(joined, cancellationToken).ConfigureAwait(false);
                        at += batch.Length;
                    }
                }
            }
            finally
            {
                foreach (var group in groups)
                {
                    await group.CloseAsync().ConfigureAwait(false);
                }
            }

            return await writer.FinishAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private void OnDemand(RecordBatch batch, ColumnReader reader, FeatureFields fields, Dictionary<string, IArrowArray> columns)
    {
        if (service.OnDemand.IsEmpty)
        {
            return;
        }

        var computed = fields.Columns(batch.Length, allocator);
        OnDemandColumns.Compute(service, new OnDemandColumns.Inputs(batch, name => SharedArray.Of(columns[name])), reader, 0, computed.AsSpan()[^service.OnDemand.Length..]);
        foreach (var column in computed[^service.OnDemand.Length..])
        {
            columns.Add(column.Field.Name, column.Share(0, batch.Length));
        }

        System.Array.ForEach(computed, static c => c.Dispose());
    }

    // Dictionaries may differ from batch to batch, which a file cannot hold: they are decoded.
    private static Field Plain(Field field) => field.DataType is DictionaryType ? new Field(field.Name, RowPicker.Result(field.DataType), field.IsNullable, field.Metadata) : field;

    private static IArrowArray Plain(IArrowArray column)
    {
        if (column.Data.DataType is not DictionaryType type)
        {
            return ArrowArrayFactory.BuildArray(column.Data.SliceShared(0, column.Length));
        }

        using var picker = new RowPicker(type, [column]);
        return ArrowArrayFactory.BuildArray(picker.Pick([.. Enumerable.Range(0, column.Length).Select(i => column.IsNull(i) ? -1 : i)]));
    }
}
