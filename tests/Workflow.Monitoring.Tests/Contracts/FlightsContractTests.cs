using System.Runtime.CompilerServices;
using Apache.Arrow;
using Apache.Arrow.Types;
using Parquet;
using Workflow.Data.Tables;
using Workflow.Monitoring.Contracts;
using Workflow.Repository;

namespace Workflow.Monitoring.Tests.Contracts;

public sealed class FlightsContractTests
{
    [Fact]
    public async Task The_three_real_flights_that_arrive_more_than_two_hours_early_are_reported()
    {
        var path = SharedFolder.Require("data/flights/flights-3m.parquet");
        await using var reader = await ParquetReader.CreateAsync(path);
        var table = new DelayTable(reader);
        var contract = DataContract.Create("flights")
            .Rows(atLeast: 1000)
            .Column("delay", Int64Type.Default, c => c.Between(-120, 1800))
            .Column("distance", Int64Type.Default, c => c.Between(1, 6000))
            .Build();

        var report = await contract.CheckAsync(table);
        Assert.Equal(3_000_000, report.Rows);
        var early = Assert.Single(report.Violations);
        Assert.Equal((ContractCheck.Minimum, "delay", 3L), (early.Check, early.Column, early.Count));
        Assert.StartsWith("column 'delay': 3 rows below -120 (first rows ", early.ToString(), StringComparison.Ordinal);
        foreach (var (row, example) in early.FirstRows.Zip(early.Examples))
        {
            Assert.Equal(table.Delay(row).ToString(System.Globalization.CultureInfo.InvariantCulture), example);
            Assert.True(table.Delay(row) < -120);
        }
    }

    /// <summary>The two integer columns, straight from the Parquet library.</summary>
    private sealed class DelayTable(ParquetReader reader) : TableSource
    {
        private readonly List<long[]> _delays = [];

        public override Schema Schema { get; } = new([new Field("delay", Int64Type.Default, nullable: true), new Field("distance", Int64Type.Default, nullable: true)], metadata: null);

        public override long? RowCount => null;

        public override string Describe() => "flights-3m.parquet";

        public long Delay(long row)
        {
            var group = 0;
            for (; row >= _delays[group].Length; group++)
            {
                row -= _delays[group].Length;
            }

            return _delays[group][row];
        }

        protected override async IAsyncEnumerable<RecordBatch> ReadCoreAsync(
            System.Collections.Immutable.ImmutableArray<int> columns, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            for (var i = 0; i < reader.RowGroupCount; i++)
            {
                using var group = reader.OpenRowGroupReader(i);
                var arrays = new List<IArrowArray>();
                foreach (var column in columns)
                {
                    var name = Schema.FieldsList[column].Name;
                    var values = new long?[(int)group.RowCount];
                    await group.ReadAsync<long>(reader.Schema.DataFields.Single(f => f.Name == name), values.AsMemory(), cancellationToken: cancellationToken);
                    if (name == "delay")
                    {
                        _delays.Add([.. values.Select(v => v!.Value)]);
                    }

                    arrays.Add(new Int64Array.Builder().AppendRange(values.Select(v => v!.Value)).Build());
                }

                yield return new RecordBatch(new Schema([.. columns.Select(c => Schema.FieldsList[c])], metadata: null), arrays, (int)group.RowCount);
            }
        }
    }
}
