using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Data.Tables;
using Workflow.Testing.Tables;

namespace Workflow.Monitoring.Tests;

/// <summary>Builds small tables whose every buffer is counted.</summary>
internal sealed class TestTable(int batchRows = int.MaxValue)
{
    private readonly List<Field> _fields = [];
    private readonly List<Func<int, int, IArrowArray>> _columns = [];
    private int _rows = -1;

    public CountingAllocator Allocator { get; } = new();

    public TestTable With(string name, params long?[] values) => Add(name, Int64Type.Default, values.Length, (start, end) =>
    {
        var builder = new Int64Array.Builder();
        foreach (var value in values[start..end])
        {
            builder.Append(value);
        }

        return builder.Build(Allocator);
    });

    public TestTable With(string name, params double?[] values) => Add(name, DoubleType.Default, values.Length, (start, end) =>
    {
        var builder = new DoubleArray.Builder();
        foreach (var value in values[start..end])
        {
            builder.Append(value);
        }

        return builder.Build(Allocator);
    });

    public TestTable With(string name, params string?[] values) => Add(name, StringType.Default, values.Length, (start, end) =>
    {
        var builder = new StringArray.Builder();
        foreach (var value in values[start..end])
        {
            builder.Append(value);
        }

        return builder.Build(Allocator);
    });

    public TestTable With(string name, params DateTimeOffset[] values)
    {
        var type = new TimestampType(TimeUnit.Microsecond, "UTC");
        return Add(name, type, values.Length, (start, end) =>
        {
            var builder = new TimestampArray.Builder(type);
            foreach (var value in values[start..end])
            {
                builder.Append(value);
            }

            return builder.Build(Allocator);
        });
    }

    public BatchTable Build()
    {
        var schema = new Schema(_fields, metadata: null);
        var batches = new List<RecordBatch>();
        for (var start = 0; start < _rows; start += Math.Min(batchRows, _rows))
        {
            var end = (int)Math.Min((long)start + batchRows, _rows);
            batches.Add(new RecordBatch(schema, _columns.Select(c => c(start, end)), end - start));
        }

        return new BatchTable(schema, batches);
    }

    private TestTable Add(string name, IArrowType type, int rows, Func<int, int, IArrowArray> build)
    {
        Assert.True(_rows == -1 || _rows == rows);
        _rows = rows;
        _fields.Add(new Field(name, type, nullable: true));
        _columns.Add(build);
        return this;
    }
}
