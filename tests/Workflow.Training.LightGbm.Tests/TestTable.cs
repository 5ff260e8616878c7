using Apache.Arrow;
using Workflow.Data.Tables;

namespace Workflow.Training.LightGbm.Tests;

/// <summary>Small tables written out in a test.</summary>
internal static class TestTable
{
    public static BatchTable Of(params (string Name, IArrowArray Column)[] columns)
    {
        var schema = new Schema([.. columns.Select(c => new Field(c.Name, c.Column.Data.DataType, nullable: true))], metadata: null);
        return new BatchTable(schema, [new RecordBatch(schema, [.. columns.Select(c => c.Column)], columns[0].Column.Length)]);
    }

    public static DoubleArray Doubles(params IEnumerable<double?> values)
    {
        var builder = new DoubleArray.Builder();
        foreach (var value in values)
        {
            builder.Append(value);
        }

        return builder.Build();
    }

    public static StringArray Strings(params string[] values) => new StringArray.Builder().AppendRange(values).Build();
}
