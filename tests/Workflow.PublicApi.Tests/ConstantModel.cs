using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Data.Registry;
using Workflow.Data.Tables;
using Workflow.Training.Trainers;

namespace Workflow.PublicApi.Tests;

/// <summary>A model as a user would write one: the same score for every row.</summary>
internal sealed class ConstantModel(Schema inputs, double constant) : FittedModel
{
    public override ModelSignature Signature { get; } = new()
    {
        Inputs = inputs,
        Outputs = new Schema([new Field("score", DoubleType.Default, nullable: false)], metadata: null),
    };

    public override IReadOnlyDictionary<string, string> Facts { get; } =
        ImmutableDictionary<string, string>.Empty.Add("constant", constant.ToString("R", CultureInfo.InvariantCulture));

    public override ValueTask<RecordBatch> ScoreAsync(RecordBatch batch, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TableSchema.Require(Signature.Inputs, batch.Schema, "the constant model");
        var scores = new DoubleArray.Builder().AppendRange(Enumerable.Repeat(constant, batch.Length)).Build();
        return ValueTask.FromResult(new RecordBatch(Signature.Outputs, [scores], batch.Length));
    }

    public override async Task SaveAsync(Stream destination, CancellationToken cancellationToken = default) =>
        await destination.WriteAsync(Encoding.UTF8.GetBytes(Facts["constant"]), cancellationToken);

    public override Task ExportOnnxAsync(Stream destination, IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("A constant has no graph.");

    protected override void Dispose(bool disposing)
    {
    }
}
