using System.Numerics;
using System.Text;
using Workflow.Training.LightGbm.Native;

namespace Workflow.Training.LightGbm.Boosting;

/// <summary>The native state of one training: data sets and booster. Only its training's thread touches it.</summary>
internal sealed unsafe class BoostingSession(string parameters) : IDisposable
{
    private DatasetHandle? _train;
    private DatasetHandle? _validation;
    private BoosterHandle? _booster;
    private BinningSample? _sample;

    /// <summary>Draws the rows that bins are found from.</summary>
    public BinningSample DrawSample(int rows, int columns) => _sample = BinningSample.Draw(rows, columns, parameters);

    /// <summary>Makes the empty training data set from the filled sample, which is freed.</summary>
    public DatasetHandle CreateTrain(int rows)
    {
        _train = _sample!.CreateDataset(rows, parameters);
        _sample.Dispose();
        return _train;
    }

    /// <summary>Makes the empty validation data set, with the bins of the training rows.</summary>
    public DatasetHandle CreateValidation(int rows)
    {
        NativeCall.Check(LightGbmApi.DatasetCreateByReference(_train!, rows, out _validation), "make the validation data set");
        return _validation;
    }

    /// <summary>Adds rows. The last ones finish the data set.</summary>
    public static void Push<T>(DatasetHandle dataset, ReadOnlySpan<T> rowMajor, int firstRow, int rows)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var type = typeof(T) == typeof(float) ? LightGbmApi.Float32 : LightGbmApi.Float64;
        fixed (T* values = rowMajor)
        {
            NativeCall.Check(LightGbmApi.DatasetPushRows(dataset, values, type, rows, rowMajor.Length / rows, firstRow), $"take rows {firstRow} to {firstRow + rows - 1}");
        }
    }

    /// <summary>Gives labels and weights to a finished data set.</summary>
    public static void SetTargets(DatasetHandle dataset, TrainingTargets targets)
    {
        SetField(dataset, "label", targets.Labels, targets.Rows);
        if (targets.Weights is not null)
        {
            SetField(dataset, "weight", targets.Weights, targets.Rows);
        }
    }

    /// <summary>Names the features of the training data set, and with them those of the model.</summary>
    public void SetNames(IReadOnlyList<string> names) =>
        NativeCall.Check(LightGbmApi.DatasetSetFeatureNames(_train!, [.. names], names.Count), "name the features");

    /// <summary>Makes the booster.</summary>
    public void CreateBooster()
    {
        NativeCall.Check(LightGbmApi.BoosterCreate(_train!, parameters, out _booster), "start the training");
        if (_validation is not null)
        {
            NativeCall.Check(LightGbmApi.BoosterAddValidData(_booster, _validation), "add the validation rows");
        }
    }

    /// <summary>Adds one iteration.</summary>
    /// <returns>Whether nothing could be split any more, so that training is over.</returns>
    public bool Update()
    {
        NativeCall.Check(LightGbmApi.BoosterUpdateOneIter(_booster!, out var isFinished), "add an iteration");
        return isFinished != 0;
    }

    /// <summary>Measures the current model on the validation rows; NaN without such rows.</summary>
    public double Evaluate()
    {
        if (_validation is null)
        {
            return double.NaN;
        }

        // The parameters name exactly one metric.
        NativeCall.Check(LightGbmApi.BoosterGetEvalCounts(_booster!, out var count), "count the metrics");
        var values = new double[count];
        fixed (double* first = values)
        {
            NativeCall.Check(LightGbmApi.BoosterGetEval(_booster!, 1, out count, first), "measure the validation rows");
        }

        return values[0];
    }

    /// <summary>Writes the model of the first iterations as text.</summary>
    public string Save(int iterations)
    {
        var buffer = new byte[1 << 16];
        while (true)
        {
            long length;
            fixed (byte* text = buffer)
            {
                NativeCall.Check(LightGbmApi.BoosterSaveModelToString(_booster!, 0, iterations, 0, buffer.Length, out length, text), "write the model");
            }

            if (length <= buffer.Length)
            {
                return Encoding.UTF8.GetString(buffer, 0, (int)length - 1); // Ends with NUL.
            }

            buffer = new byte[length];
        }
    }

    public void Dispose()
    {
        // The booster refers to the data sets.
        _booster?.Dispose();
        _validation?.Dispose();
        _train?.Dispose();
        _sample?.Dispose();
    }

    private static void SetField(DatasetHandle dataset, string field, float[] values, int count)
    {
        fixed (float* first = values)
        {
            NativeCall.Check(LightGbmApi.DatasetSetField(dataset, field, first, count, LightGbmApi.Float32), $"take the {field}s");
        }
    }
}
