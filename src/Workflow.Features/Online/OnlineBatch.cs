using Apache.Arrow;
using Workflow.Data.Tables;
using Workflow.Features.Joins;
using Workflow.Features.Views;

namespace Workflow.Features.Online;

/// <summary>What a view takes from a batch of events, read before anything of it is taken in: all that a batch could be refused for. Arrays are reused.</summary>
internal sealed class OnlineBatch(FeatureView view, string[] inputs, Expression?[] conditions, string[] kept)
{
    private readonly EventRows _rows = new(view);
    private int _capacity;

    public long[] Times { get; private set; } = [];

    /// <summary>Gets when each row is available.</summary>
    public long[] Available { get; private set; } = [];

    /// <summary>Gets what decides between rows of the same time and between versions.</summary>
    public long[] Ranks { get; private set; } = [];

    public bool[] Deleted { get; private set; } = [];

    public double[][] Inputs { get; } = new double[inputs.Length][];

    public bool[][] Exists { get; } = new bool[conditions.Length][];

    /// <summary>Gets the computed columns that pass through; null where it is one of the batch.</summary>
    public double[]?[] Computed { get; } = new double[kept.Length][];

    /// <summary>Gets the columns of the batch that pass through; null where it is computed.</summary>
    public IArrowArray?[] Arrays { get; } = new IArrowArray[kept.Length];

    /// <summary>Reads a batch.</summary>
    /// <exception cref="InvalidDataException">A value cannot be used.</exception>
    public void Read(RecordBatch batch, ColumnReader reader)
    {
        var length = batch.Length;
        Reserve(length);
        reader.Times(batch, view.EventTime).AsSpan(0, length).CopyTo(Times);
        _rows.Available(batch, reader, Available.AsSpan(0, length));
        if (kept.Length > 0 || !view.EventId.IsEmpty)
        {
            _rows.Ranks(batch, reader, Ranks.AsSpan(0, length));
        }

        if (view.Deleted is not null)
        {
            _rows.Deleted(batch, reader, Deleted.AsSpan(0, length));
        }

        for (var i = 0; i < inputs.Length; i++)
        {
            _rows.Input(inputs[i], batch, reader, Inputs[i].AsSpan(0, length));
        }

        for (var i = 0; i < conditions.Length; i++)
        {
            _rows.Exists(conditions[i], batch, reader, Exists[i].AsSpan(0, length));
        }

        for (var i = 0; i < kept.Length; i++)
        {
            if (view.Formula(kept[i]) is { } formula)
            {
                formula.Evaluate(batch, reader, (Computed[i] = new double[length]).AsSpan());
            }
            else
            {
                Arrays[i] = batch.Column(kept[i]);
            }
        }
    }

    /// <summary>Checks that columns that pass through have the types that they had before.</summary>
    /// <exception cref="SchemaMismatchException">They have not; every difference is listed.</exception>
    public void CheckTypes(RecordBatch batch, KeptCells?[] known)
    {
        var differences = new List<SchemaDifference>();
        for (var i = 0; i < kept.Length; i++)
        {
            if (known[i] is { } cells && view.Formula(kept[i]) is null)
            {
                var (expected, actual) = (TableSchema.Describe(cells.Type), TableSchema.Describe(RowPicker.Result(batch.Column(kept[i]).Data.DataType)));
                if (expected != actual)
                {
                    differences.Add(new SchemaDifference(kept[i], $"{expected}, as in earlier events", actual));
                }
            }
        }

        if (differences.Count > 0)
        {
            throw new SchemaMismatchException($"feature view '{view.Name}'", [.. differences]);
        }
    }

    private void Reserve(int length)
    {
        if (length <= _capacity)
        {
            return;
        }

        _capacity = length;
        (Times, Available, Ranks, Deleted) = (new long[length], new long[length], new long[length], new bool[length]);
        for (var i = 0; i < inputs.Length; i++)
        {
            Inputs[i] = new double[length];
        }

        for (var i = 0; i < conditions.Length; i++)
        {
            Exists[i] = new bool[length];
        }
    }
}
