using System.Collections.Immutable;
using Apache.Arrow;
using Workflow.Data.Tables;

namespace Workflow.Training.LightGbm.Boosting;

/// <summary>The columns of one training and their types: what the model's signature will say. Immutable.</summary>
internal sealed class TrainingColumns
{
    private TrainingColumns(Schema inputs, string label, string? weight)
    {
        (Inputs, Label, Weight) = (inputs, label, weight);
        Features = [.. inputs.FieldsList.Select(f => f.Name)];
        IsSingle = inputs.FieldsList.All(f => FeatureType.FitsSingle(f.DataType));
    }

    /// <summary>Gets the features, in order, nullable, with the types of the training rows.</summary>
    public Schema Inputs { get; }

    /// <summary>Gets the features' names.</summary>
    public ImmutableArray<string> Features { get; }

    /// <summary>Gets the label's name.</summary>
    public string Label { get; }

    /// <summary>Gets the weight's name, or null.</summary>
    public string? Weight { get; }

    /// <summary>Gets whether float32 holds every feature exactly, so that rows are packed as float32.</summary>
    public bool IsSingle { get; }

    /// <summary>Gets the label and, where there is one, the weight.</summary>
    public IReadOnlyList<string> Targets => Weight is null ? [Label] : [Label, Weight];

    /// <summary>Finds the columns in the training rows.</summary>
    /// <exception cref="SchemaMismatchException">Columns are missing or are no numbers; all are listed.</exception>
    public static TrainingColumns Find(TableSource train, LightGbmOptions options)
    {
        var differences = ImmutableArray.CreateBuilder<SchemaDifference>();
        var fields = new List<Field>();
        foreach (var name in options.Features)
        {
            if (Number(train.Schema, name, differences) is { } field)
            {
                fields.Add(new Field(name, field.DataType, nullable: true));
            }
        }

        Number(train.Schema, options.Label, differences);
        if (options.Weight is not null)
        {
            Number(train.Schema, options.Weight, differences);
        }

        return differences.Count == 0
            ? new TrainingColumns(new Schema(fields, metadata: null), options.Label, options.Weight)
            : throw new SchemaMismatchException($"a LightGBM training on {train.Describe()}", differences.ToImmutable());
    }

    /// <summary>Requires that other rows have the same columns: features of the same types, label and weight numbers.</summary>
    /// <exception cref="SchemaMismatchException">They differ; all differences are listed.</exception>
    public void Require(TableSource validation)
    {
        var differences = TableSchema.Compare(Inputs, validation.Schema).ToBuilder();
        foreach (var name in Targets)
        {
            Number(validation.Schema, name, differences);
        }

        if (differences.Count > 0)
        {
            throw new SchemaMismatchException($"the training, as validation rows from {validation.Describe()}", differences.ToImmutable());
        }
    }

    private static Field? Number(Schema schema, string name, ImmutableArray<SchemaDifference>.Builder differences)
    {
        var index = schema.GetFieldIndex(name);
        var field = index < 0 ? null : schema.FieldsList[index];
        if (field is not null && FeatureType.IsAccepted(field.DataType))
        {
            return field;
        }

        differences.Add(new SchemaDifference(name, FeatureType.Accepted, field is null ? null : TableSchema.Describe(field)));
        return null;
    }
}
