using System.Collections.Immutable;
using System.Globalization;
using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Data.Registry;
using Workflow.Data.Tables;

namespace Workflow.Inference.Scoring;

/// <summary>Which columns of a batch are which features of a graph. Immutable.</summary>
internal sealed class InputMapping
{
    private readonly string _component;
    private readonly Schema _inputs;
    private readonly string _matrix;
    private readonly int _features;

    private InputMapping(string component, Schema inputs, string matrix, int features) =>
        (_component, _inputs, _matrix, _features) = (component, inputs, matrix, features);

    /// <summary>Gives the signature that a tabular graph has where nobody wrote one down.</summary>
    public static ModelSignature Derive(TabularGraph graph)
    {
        var element = new Field("item", FloatType.Default, nullable: false);
        var matrix = new Field(graph.Input, new FixedSizeListType(element, graph.Features), nullable: false);
        return new ModelSignature { Inputs = new Schema([matrix], metadata: null), Outputs = Scores(graph, names: null) };
    }

    /// <summary>Checks a signature against a graph.</summary>
    /// <exception cref="SchemaMismatchException">They do not belong together; lists every difference.</exception>
    public static InputMapping Create(ModelSignature signature, TabularGraph graph, string component)
    {
        var differences = ImmutableArray.CreateBuilder<SchemaDifference>();
        var fields = signature.Inputs.FieldsList;
        if (fields.Count != 1 || !IsMatrix(fields[0].DataType, graph.Features))
        {
            if (fields.Count != graph.Features)
            {
                differences.Add(new SchemaDifference(
                    graph.Input, $"{graph.Features} columns, one for each feature", string.Create(CultureInfo.InvariantCulture, $"a signature of {fields.Count} columns")));
            }

            foreach (var field in fields.Where(f => !ColumnPacker.CanPack(f.DataType)))
            {
                differences.Add(new SchemaDifference(field.Name, "a number or bool", TableSchema.Describe(field)));
            }
        }

        var scores = Scores(graph, signature.Outputs);
        if (signature.Outputs.FieldsList.Count != scores.FieldsList.Count)
        {
            differences.Add(new SchemaDifference("scores", $"{scores.FieldsList.Count} score columns", $"a signature of {signature.Outputs.FieldsList.Count}"));
        }
        else
        {
            differences.AddRange(TableSchema.Compare(signature.Outputs, scores));
        }

        return differences.Count == 0
            ? new InputMapping(component, signature.Inputs, graph.Input, graph.Features)
            : throw new SchemaMismatchException($"the signature of {component}", differences.ToImmutable());
    }

    /// <summary>Finds a column that is the graph's whole input matrix.</summary>
    /// <returns>The matrix, or null where the features are separate columns.</returns>
    public FixedSizeListArray? FindMatrix(RecordBatch batch)
    {
        var index = batch.Schema.GetFieldIndex(_matrix);
        return index >= 0 && IsMatrix(batch.Schema.FieldsList[index].DataType, _features) && batch.Column(index) is FixedSizeListArray { NullCount: 0 } matrix
            && matrix.Values.NullCount == 0
                ? matrix
                : null;
    }

    /// <summary>Finds the feature columns by name.</summary>
    /// <exception cref="SchemaMismatchException">Columns are missing, of another type, or null where that is not allowed; all are listed.</exception>
    public IArrowArray[] FindColumns(RecordBatch batch)
    {
        var columns = new IArrowArray[_inputs.FieldsList.Count];
        ImmutableArray<SchemaDifference>.Builder? differences = null;
        for (var i = 0; i < columns.Length; i++)
        {
            var expected = _inputs.FieldsList[i];
            var index = batch.Schema.GetFieldIndex(expected.Name);
            var column = index < 0 ? null : batch.Column(index);
            if (column is null || !IsSameType(expected.DataType, column.Data.DataType))
            {
                (differences ??= ImmutableArray.CreateBuilder<SchemaDifference>())
                    .Add(new SchemaDifference(expected.Name, TableSchema.Describe(expected), index < 0 ? null : TableSchema.Describe(batch.Schema.FieldsList[index])));
            }
            else if (column.NullCount > 0 && (!expected.IsNullable || expected.DataType is FixedSizeListType))
            {
                (differences ??= ImmutableArray.CreateBuilder<SchemaDifference>())
                    .Add(new SchemaDifference(expected.Name, TableSchema.Describe(expected), $"{column.NullCount} nulls"));
            }
            else
            {
                columns[i] = column;
            }
        }

        return differences is null ? columns : throw new SchemaMismatchException(_component, differences.ToImmutable());
    }

    private static Schema Scores(TabularGraph graph, Schema? names)
    {
        var fields = graph.Outputs
            .SelectMany(o => Enumerable.Repeat<IArrowType>(o.IsDouble ? DoubleType.Default : FloatType.Default, o.Width))
            .Select((type, i) => new Field(
                names is not null && i < names.FieldsList.Count ? names.FieldsList[i].Name
                    : graph.ScoresPerRow == 1 ? "score" : string.Create(CultureInfo.InvariantCulture, $"score_{i}"),
                type,
                nullable: false));
        return new Schema(fields, metadata: null);
    }

    private static bool IsMatrix(IArrowType type, int features) =>
        type is FixedSizeListType { ValueDataType.TypeId: ArrowTypeId.Float } list && list.ListSize == features;

    private static bool IsSameType(IArrowType expected, IArrowType actual) =>
        expected.TypeId == actual.TypeId && (expected.TypeId != ArrowTypeId.FixedSizeList || TableSchema.Describe(expected) == TableSchema.Describe(actual));
}
