using Apache.Arrow;
using Apache.Arrow.Types;
using CsCheck;
using Workflow.Data.Registry;
using Workflow.Data.Tables;
using Workflow.Inference.Scoring;
using Workflow.Testing.Inference;

namespace Workflow.Inference.Tests.Scoring;

public sealed class OnnxScorerTests
{
    private static readonly float[] Weights = [0.5f, -1.25f, 2f];

    // Every float, with the awkward ones over-represented.
    private static readonly Gen<float> AnyFloat = Gen.Frequency((8, Gen.Float[-3, 3]), (1, Gen.Const(float.NaN)), (1, Gen.Const(0f)));

    [Fact]
    public void Derives_a_signature_from_a_graph_without_one()
    {
        using var scorer = OnnxScorer.FromBytes(SmallOnnxModels.Linear(Weights, 1f));
        Assert.Equal("fixed_size_list<float>[3]", TableSchema.Describe(Assert.Single(scorer.Signature!.Inputs.FieldsList).DataType));
        Assert.Equal("score", Assert.Single(scorer.Signature.Outputs.FieldsList).Name);
        Assert.Equal((3, 1), (scorer.FeatureCount, scorer.ScoreCount));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Scores_named_columns_as_the_formula_does(bool isDouble, bool isFlat)
    {
        using var scorer = Named(new SmallModelOptions { IsDouble = isDouble, IsFlat = isFlat });
        const int Rows = 10_001;
        using var batch = Columns(Rows);
        using var scores = await scorer.ScoreAsync(batch, TestContext.Current.CancellationToken);
        Assert.Equal(Rows, scores.Length);
        Assert.Equal(isDouble ? ArrowTypeId.Double : ArrowTypeId.Float, scores.Schema.FieldsList[0].DataType.TypeId);
        for (var row = 0; row < Rows; row++)
        {
            var expected = row % 7 == 3 ? double.NaN : (row * 0.5f) - (1.25f * (row % 5)) + (row % 2 == 0 ? 2f : 0f) + 1f;
            Assert.Equal(expected, At(scores, row), 1e-9 + Math.Abs(double.IsNaN(expected) ? 1 : expected) * 1e-5);
        }
    }

    [Fact]
    public async Task Reads_a_matrix_column_where_it_lies_and_gives_what_rows_give()
    {
        using var scorer = OnnxScorer.FromBytes(SmallOnnxModels.TreeEnsemble(5, 40, 6));
        var values = Enumerable.Range(0, 5 * 9000).Select(i => i % 11 == 0 ? float.NaN : MathF.Sin(i) * 3).ToArray();
        var expected = new double[9000];
        scorer.Score(values, expected);

        using var whole = Matrix("features", 5, values);
        using var scores = await scorer.ScoreAsync(whole, TestContext.Current.CancellationToken);
        using var slice = whole.Slice(17, 4501);
        using var sliced = await scorer.ScoreAsync(slice, TestContext.Current.CancellationToken);
        Assert.Equal(expected, Enumerable.Range(0, 9000).Select(i => At(scores, i)));
        Assert.Equal(expected[17..(17 + 4501)], Enumerable.Range(0, 4501).Select(i => At(sliced, i)));
    }

    [Fact]
    public void A_tree_ensemble_gives_a_row_the_same_bits_in_any_block()
    {
        using var scorer = OnnxScorer.FromBytes(SmallOnnxModels.TreeEnsemble(4, 60, 5, new SmallModelOptions { IsDouble = true, IsFlat = true }));
        Gen.Select(AnyFloat.Array[4 * 1, 4 * 70], Gen.Int[0, 3]).Sample((numbers, _) =>
        {
            var values = numbers[..(numbers.Length / 4 * 4)];
            var together = new double[values.Length / 4];
            scorer.Score(values, together);
            for (var row = 0; row < together.Length; row++)
            {
                var alone = new double[1];
                scorer.Score(values.AsSpan(row * 4, 4), alone);
                Assert.Equal(BitConverter.DoubleToInt64Bits(together[row]), BitConverter.DoubleToInt64Bits(alone[0]));
            }
        }, iter: 200);
    }

    [Fact]
    public async Task Lists_every_column_that_is_missing_or_of_another_type()
    {
        using var scorer = Named(new SmallModelOptions());
        using var batch = new RecordBatch(
            new Schema([new Field("a", DoubleType.Default, true), new Field("flag", BooleanType.Default, true)], null),
            [new DoubleArray.Builder().Append(1).Build(), new BooleanArray.Builder().AppendNull().Build()],
            1);
        var fault = await Assert.ThrowsAsync<SchemaMismatchException>(async () => await scorer.ScoreAsync(batch, TestContext.Current.CancellationToken));
        Assert.Equal(
            [new SchemaDifference("a", "float", "double"), new SchemaDifference("b", "int32", null), new SchemaDifference("flag", "bool, not null", "1 nulls")],
            fault.Differences);
        Assert.Contains("linear-abc", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_which_row_got_a_score_that_is_no_number()
    {
        using var scorer = OnnxScorer.FromBytes(SmallOnnxModels.Linear([1f], 0f, new SmallModelOptions { Activation = "Log" }));
        using var batch = Matrix("features", 1, [1f, 2f, 0f, -1f]);
        var fault = await Assert.ThrowsAsync<NonFiniteScoresException>(async () => await scorer.ScoreAsync(batch, TestContext.Current.CancellationToken));
        Assert.Equal((2L, double.NegativeInfinity, "score"), (fault.Row, fault.Value, fault.Output));

        using var lenient = OnnxScorer.FromBytes(
            SmallOnnxModels.Linear([1f], 0f, new SmallModelOptions { Activation = "Log" }), new OnnxScorerOptions { NonFiniteScores = NonFiniteScores.Allow });
        var scores = new double[4];
        lenient.Score([1f, 2f, 0f, -1f], scores);
        Assert.Equal([0, Math.Log(2), double.NegativeInfinity, double.NaN], scores.Select(s => double.IsFinite(s) ? Math.Round(s, 6) : s), new Near());
    }

    [Fact]
    public void Refuses_bytes_that_are_no_model()
    {
        var fault = Assert.Throws<InvalidDataException>(() => OnnxScorer.FromBytes(new byte[] { 1, 2, 3 }, new OnnxScorerOptions { Name = "delay 3" }));
        Assert.StartsWith("delay 3 is not a model that ONNX Runtime", fault.Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => OnnxScorer.FromFile("/nowhere/model.onnx"));
    }

    [Fact]
    public void Refuses_a_signature_that_does_not_belong_to_the_graph()
    {
        var signature = new ModelSignature
        {
            Inputs = new Schema([new Field("a", StringType.Default, true), new Field("b", FloatType.Default, true)], null),
            Outputs = new Schema([new Field("score", DoubleType.Default, false)], null),
        };
        var fault = Assert.Throws<SchemaMismatchException>(() => OnnxScorer.FromBytes(SmallOnnxModels.Linear(Weights, 0f), new OnnxScorerOptions { Signature = signature }));
        Assert.Equal(["features", "a", "score"], fault.Differences.Select(d => d.Column));
    }

    [Fact]
    public void Scores_row_by_row_where_the_batch_dimension_is_fixed()
    {
        using var scorer = OnnxScorer.FromBytes(SmallOnnxModels.Linear(Weights, 1f, new SmallModelOptions { Rows = 1 }));
        var scores = new double[3];
        scorer.Score([1, 0, 0, 0, 1, 0, 0, 0, 1], scores);
        Assert.Equal([1.5, -0.25, 3], scores);
    }

    [Fact]
    public void A_graph_that_is_no_table_says_so_and_runs_on_tensors()
    {
        using var scorer = OnnxScorer.FromBytes(SmallOnnxModels.Identity(8, -1, 2));
        Assert.Null(scorer.Signature);
        var fault = Assert.Throws<NotSupportedException>(() => scorer.Score([], []));
        Assert.Contains("BYTES [-1, 2]", fault.Message, StringComparison.Ordinal);

        byte[] data = [1, 0, 0, 0, (byte)'x', 0, 0, 0, 0, 2, 0, 0, 0, 0xC3, 0xBC, 1, 0, 0, 0, (byte)'z'];
        var output = Assert.Single(scorer.Run([new TensorValue { Name = "a", DataType = TensorDataType.Bytes, Shape = [2, 2], Data = data }]));
        Assert.Equal(("o", TensorDataType.Bytes), (output.Name, output.DataType));
        Assert.Equal(data, output.Data.ToArray());
    }

    [Fact]
    public void Lists_every_way_in_which_tensors_do_not_fit()
    {
        using var scorer = OnnxScorer.FromBytes(SmallOnnxModels.Linear(Weights, 0f));
        var fault = Assert.Throws<SchemaMismatchException>(() => scorer.Run(
            [
                new TensorValue { Name = "features", DataType = TensorDataType.FP32, Shape = [2, 3], Data = new byte[20] },
                new TensorValue { Name = "other", DataType = TensorDataType.FP32, Shape = [1], Data = new byte[4] },
            ],
            ["score", "sum_of_all"]));
        Assert.Equal(["features", "other", "sum_of_all"], fault.Differences.Select(d => d.Column));
        Assert.Equal("20 bytes of data instead of 24", fault.Differences[0].Actual);

        Assert.Throws<SchemaMismatchException>(() => scorer.Run(
            [new TensorValue { Name = "features", DataType = TensorDataType.FP32, Shape = [long.MaxValue, 3], Data = new byte[12] }]));
    }

    [Fact]
    public async Task Serves_many_threads_and_survives_its_own_disposal()
    {
        var scorer = OnnxScorer.FromBytes(SmallOnnxModels.TreeEnsemble(4, 20, 4));
        var row = new[] { 0.5f, -1f, 2f, 0f };
        var expected = new double[1];
        scorer.Score(row, expected);
        var done = 0;
        var late = 0;
        var callers = Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            var scores = new double[33];
            var rows = Enumerable.Repeat(row, 33).SelectMany(r => r).ToArray();
            try
            {
                for (var i = 0; i < 5000; i++)
                {
                    scorer.Score(rows, scores);
                    Assert.All(scores, s => Assert.Equal(expected[0], s));
                    Interlocked.Increment(ref done);
                }
            }
            catch (ObjectDisposedException)
            {
                Interlocked.Increment(ref late);
            }
        })).ToArray();
        while (Volatile.Read(ref done) < 200)
        {
            await Task.Yield();
        }

        scorer.Dispose();
        scorer.Dispose();
        await Task.WhenAll(callers);
        Assert.True(late > 0, "the scorer was disposed after the last call: nothing was tested");
    }

    [Fact]
    public void Allocates_nothing_for_a_row_or_a_tile()
    {
        using var scorer = OnnxScorer.FromBytes(SmallOnnxModels.TreeEnsemble(8, 50, 5));
        var rows = new float[8 * 100];
        var scores = new double[100];
        void Calls(int count)
        {
            for (var i = 0; i < count; i++)
            {
                scorer.Score(rows.AsSpan(0, 8), scores.AsSpan(0, 1));
                scorer.Score(rows, scores);
            }
        }

        Calls(50);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Calls(1000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task Ten_thousand_batches_leave_the_process_as_large_as_before()
    {
        using var scorer = Named(new SmallModelOptions());
        using var batch = Columns(300, isNaN: false);
        async Task CallAsync(int count)
        {
            for (var i = 0; i < count; i++)
            {
                using var scores = await scorer.ScoreAsync(batch, TestContext.Current.CancellationToken);
            }
        }

        await CallAsync(2000);
        GC.Collect();
        var before = Environment.WorkingSet;
        await CallAsync(10_000);
        GC.Collect();
        Assert.InRange(Environment.WorkingSet - before, long.MinValue, 16L << 20);
    }

    [Fact]
    public void Explains_a_native_library_that_does_not_load()
    {
        var fault = OnnxRuntimeLibrary.Explain(new TypeInitializationException("Native", new DllNotFoundException("libonnxruntime.so: cannot open")));
        Assert.Contains("Looked for in", fault.Message, StringComparison.Ordinal);
        Assert.Contains("Microsoft.ML.OnnxRuntime", fault.Message, StringComparison.Ordinal);
        Assert.True(OnnxRuntimeLibrary.IsLoadFault(new TypeInitializationException("x", new BadImageFormatException())));
        Assert.False(OnnxRuntimeLibrary.IsLoadFault(new InvalidOperationException()));
    }

    internal static OnnxScorer Named(SmallModelOptions model) => OnnxScorer.FromBytes(
        SmallOnnxModels.Linear(Weights, 1f, model),
        new OnnxScorerOptions
        {
            Name = "linear-abc",
            NonFiniteScores = NonFiniteScores.Allow,
            Signature = new ModelSignature
            {
                Inputs = new Schema([new Field("a", FloatType.Default, true), new Field("b", Int32Type.Default, true), new Field("flag", BooleanType.Default, false)], null),
                Outputs = new Schema([new Field("score", model.IsDouble ? DoubleType.Default : FloatType.Default, false)], null),
            },
        });

    // Columns out of order, one that nobody asked for, and a null in every seventh row.
    internal static RecordBatch Columns(int rows, bool isNaN = true)
    {
        var a = new FloatArray.Builder();
        var b = new Int32Array.Builder();
        var flag = new BooleanArray.Builder();
        var other = new StringArray.Builder();
        for (var row = 0; row < rows; row++)
        {
            a.Append(row);
            flag.Append(row % 2 == 0);
            other.Append("x");
            if (isNaN && row % 7 == 3)
            {
                b.AppendNull();
            }
            else
            {
                b.Append(row % 5);
            }
        }

        return new RecordBatch(
            new Schema([new Field("other", StringType.Default, true), new Field("flag", BooleanType.Default, true), new Field("b", Int32Type.Default, true), new Field("a", FloatType.Default, true)], null),
            [other.Build(), flag.Build(), b.Build(), a.Build()],
            rows);
    }

    private static RecordBatch Matrix(string name, int features, float[] values)
    {
        var type = new FixedSizeListType(new Field("item", FloatType.Default, false), features);
        var child = new FloatArray.Builder().AppendRange(values).Build();
        var rows = values.Length / features;
        return new RecordBatch(new Schema([new Field(name, type, false)], null), [new FixedSizeListArray(type, rows, child, ArrowBuffer.Empty, 0, 0)], rows);
    }

    private static double At(RecordBatch scores, int row) => scores.Column(0) switch
    {
        DoubleArray a => a.GetValue(row)!.Value,
        FloatArray a => a.GetValue(row)!.Value,
        _ => throw new NotSupportedException(),
    };

    private sealed class Near : IEqualityComparer<double>
    {
        public bool Equals(double x, double y) => x.Equals(y) || Math.Abs(x - y) < 1e-6;

        public int GetHashCode(double obj) => 0;
    }
}
