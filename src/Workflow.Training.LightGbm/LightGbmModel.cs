using System.Collections.Concurrent;
using System.Text;
using Apache.Arrow;
using Apache.Arrow.Types;
using Microsoft.Extensions.Logging.Abstractions;
using Workflow.Data.Registry;
using Workflow.Data.Tables;
using Workflow.Training.LightGbm.Boosting;
using Workflow.Training.LightGbm.Export;
using Workflow.Training.LightGbm.Native;
using Workflow.Training.LightGbm.Text;
using Workflow.Training.Trainers;

namespace Workflow.Training.LightGbm;

/// <summary>A LightGBM model, scored by LightGBM's own native library.</summary>
/// <remarks>
/// <para>Always loaded from its text: a trained, a saved and a reloaded model are the same thing.</para>
/// <para>
/// Scores are float64: the probability of the class 1 (<c>score</c>), one probability per class (<c>score_0</c>, …), or the predicted
/// number. Nulls and NaN in features are missing values. Inputs keep the column types of the training rows; a text that LightGBM
/// itself wrote has float64 inputs.
/// </para>
/// <para>Safe for concurrent use until it is disposed. A call scores on the caller's thread and starts no others.</para>
/// </remarks>
public sealed class LightGbmModel : FittedModel
{
    private const int BlockRows = 1_024;

    private readonly string _text;
    private readonly ModelFooter _footer;
    private readonly ModelText _model;
    private readonly BoosterHandle _booster;
    private readonly bool _isSingle;
    private readonly ConcurrentBag<RowPredictorHandle> _predictors = [];
    private bool _disposed;

    private LightGbmModel(string text, ModelText model, ModelFooter? footer, BoosterHandle booster)
    {
        (_text, _model, _booster) = (text, model, booster);
        _footer = footer ?? new ModelFooter
        {
            Signature = ModelFooter.SignatureOf(new Schema([.. model.FeatureNames.Select(n => new Field(n, DoubleType.Default, nullable: true))], metadata: null), model.ScoresPerRow),
            Facts = new Dictionary<string, string>(StringComparer.Ordinal) { ["engine"] = "LightGBM" },
        };
        _isSingle = Signature.Inputs.FieldsList.All(f => FeatureType.FitsSingle(f.DataType));
    }

    /// <inheritdoc/>
    public override ModelSignature Signature => _footer.Signature;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> Facts => _footer.Facts;

    /// <summary>Reads a model that <see cref="SaveAsync"/>, LightGBM or its Python package wrote.</summary>
    /// <param name="source">The text, UTF-8, at most 2 GB; read to its end, not disposed. Checked before the native library sees it.</param>
    /// <param name="cancellationToken">Observed between reads.</param>
    /// <returns>The model, which the caller disposes.</returns>
    /// <exception cref="InvalidDataException">The text is damaged or is no LightGBM model; says where.</exception>
    /// <exception cref="LightGbmUnavailableException">The native library is missing; says what to add.</exception>
    public static async Task<LightGbmModel> LoadAsync(Stream source, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        using var reader = new StreamReader(source, new UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: false, leaveOpen: true);
        string text;
        try
        {
            text = await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataException("This is no LightGBM model text: it is not UTF-8.", e);
        }

        var at = text.LastIndexOf("\n" + ModelFooter.Prefix, StringComparison.Ordinal);
        return at < 0 ? From(text, footer: null) : From(text[..(at + 1)], ModelFooter.Read(text[(at + 1)..].TrimEnd('\n')));
    }

    /// <inheritdoc/>
    public override ValueTask<RecordBatch> ScoreAsync(RecordBatch batch, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ObjectDisposedException.ThrowIf(_disposed, this);
        TableSchema.Require(Signature.Inputs, batch.Schema, "a LightGBM model");
        IArrowArray[] columns = [.. Signature.Inputs.FieldsList.Select(f => batch.Column(batch.Schema.GetFieldIndex(f.Name)))];
        var scores = Predict(columns, batch.Length, LightGbmApi.PredictNormal, cancellationToken);
        GC.KeepAlive(batch);
        return ValueTask.FromResult(ToBatch(scores, batch.Length));
    }

    /// <inheritdoc/>
    public override async Task SaveAsync(Stream destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        await destination.WriteAsync(Encoding.UTF8.GetBytes(_text), cancellationToken).ConfigureAwait(false);
        await destination.WriteAsync(Encoding.UTF8.GetBytes(_footer.Write() + "\n"), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async Task ExportOnnxAsync(Stream destination, IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var onnx = LightGbmOnnxExport.Export(_model, Signature, metadata ?? new Dictionary<string, string>(StringComparer.Ordinal));
        await destination.WriteAsync(onnx, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Checks a text, gives it to the native library and makes a model of it.</summary>
    internal static unsafe LightGbmModel From(string text, ModelFooter? footer)
    {
        var model = ModelTextReader.Read(text);
        if (footer?.Signature is { } signature && (signature.Inputs.FieldsList.Count, signature.Outputs.FieldsList.Count) != (model.FeatureNames.Length, model.ScoresPerRow))
        {
            throw new InvalidDataException(
                $"The model has {model.FeatureNames.Length} features and {model.ScoresPerRow} scores, but the line '{ModelFooter.Prefix}' at its end names {signature.Inputs.FieldsList.Count} and {signature.Outputs.FieldsList.Count}.");
        }

        LightGbmLibrary.Load(NullLogger.Instance);
        var bytes = new byte[Encoding.UTF8.GetByteCount(text) + 1];
        Encoding.UTF8.GetBytes(text, bytes);
        fixed (byte* first = bytes)
        {
            return LightGbmApi.BoosterLoadModelFromString(first, out _, out var booster) == 0
                ? new LightGbmModel(text, model, footer, booster)
                : throw new InvalidDataException($"LightGBM does not take this model: {NativeCall.LastError()}");
        }
    }

    /// <summary>Scores columns in the order of the inputs.</summary>
    /// <param name="columns">The inputs; kept alive by the caller.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="kind">What to predict: one of LightGBM's prediction kinds.</param>
    /// <param name="cancellationToken">Observed between blocks.</param>
    /// <returns>Row-major, shape [rows, results per row].</returns>
    internal double[] Predict(IArrowArray[] columns, int rows, int kind, CancellationToken cancellationToken)
    {
        var width = kind == LightGbmApi.PredictLeaf ? _model.Trees.Length : _model.ScoresPerRow;
        var results = GC.AllocateUninitializedArray<double>(checked(rows * width));
        var predictor = kind == LightGbmApi.PredictNormal && _predictors.TryTake(out var free) ? free : CreatePredictor(kind);
        try
        {
            if (_isSingle)
            {
                Predict<float>(columns, rows, predictor, results, cancellationToken);
            }
            else
            {
                Predict<double>(columns, rows, predictor, results, cancellationToken);
            }
        }
        finally
        {
            if (kind == LightGbmApi.PredictNormal && !_disposed)
            {
                _predictors.Add(predictor);
            }
            else
            {
                predictor.Dispose();
            }
        }

        return results;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !Interlocked.Exchange(ref _disposed, value: true))
        {
            while (_predictors.TryTake(out var predictor))
            {
                predictor.Dispose();
            }

            _booster.Dispose();
        }
    }

    private static unsafe void Predict<T>(IArrowArray[] columns, int rows, RowPredictorHandle predictor, double[] results, CancellationToken cancellationToken)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        var block = GC.AllocateUninitializedArray<T>(Math.Min(rows, BlockRows) * columns.Length);
        fixed (T* first = block)
        fixed (double* result = results)
        {
            var written = 0L;
            for (var start = 0; start < rows; start += BlockRows)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var count = Math.Min(BlockRows, rows - start);
                RowPacker.Pack(columns, start, count, block.AsSpan());
                for (var i = 0; i < count; i++)
                {
                    NativeCall.Check(LightGbmApi.RowPredictorPredict(predictor, first + (i * columns.Length), out var values, result + written), "score a row");
                    written += values;
                }
            }
        }
    }

    private RowPredictorHandle CreatePredictor(int kind) => NativeThreads.Use(threads =>
    {
        var type = _isSingle ? LightGbmApi.Float32 : LightGbmApi.Float64;
        var code = LightGbmApi.RowPredictorCreate(_booster, kind, 0, -1, type, Signature.Inputs.FieldsList.Count, $"verbosity=-1 num_threads={threads}", out var predictor);
        NativeCall.Check(code, "prepare scoring");
        return predictor;
    });

    private RecordBatch ToBatch(double[] scores, int rows)
    {
        var width = _model.ScoresPerRow;
        var columns = new IArrowArray[width];
        for (var k = 0; k < width; k++)
        {
            var builder = new ArrowBuffer.Builder<double>(rows);
            for (var i = 0; i < rows; i++)
            {
                builder.Append(scores[(i * width) + k]);
            }

            columns[k] = new DoubleArray(builder.Build(), ArrowBuffer.Empty, rows, 0, 0);
        }

        return new RecordBatch(Signature.Outputs, columns, rows);
    }
}
