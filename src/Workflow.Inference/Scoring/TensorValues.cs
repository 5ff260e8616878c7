using System.Runtime.InteropServices;

namespace Workflow.Inference.Scoring;

/// <summary>Looks into the bytes of tensors.</summary>
internal static class TensorValues
{
    /// <summary>Throws at the first NaN or infinity of a float tensor.</summary>
    public static void RequireFinite(string model, IEnumerable<TensorValue> tensors)
    {
        foreach (var tensor in tensors)
        {
            switch (tensor.DataType)
            {
                case TensorDataType.FP32:
                    var floats = MemoryMarshal.Cast<byte, float>(tensor.Data.Span);
                    Require(model, tensor, ScoreColumns.FirstNonFinite(floats), i => MemoryMarshal.Cast<byte, float>(tensor.Data.Span)[i]);
                    break;
                case TensorDataType.FP64:
                    var doubles = MemoryMarshal.Cast<byte, double>(tensor.Data.Span);
                    Require(model, tensor, ScoreColumns.FirstNonFinite(doubles), i => MemoryMarshal.Cast<byte, double>(tensor.Data.Span)[i]);
                    break;
                case TensorDataType.FP16:
                    var halves = MemoryMarshal.Cast<byte, Half>(tensor.Data.Span);
                    Require(model, tensor, ScoreColumns.FirstNonFinite(halves), i => (double)MemoryMarshal.Cast<byte, Half>(tensor.Data.Span)[i]);
                    break;
                default:
                    break;
            }
        }
    }

    private static void Require(string model, TensorValue tensor, int position, Func<int, double> read)
    {
        if (position >= 0)
        {
            throw new NonFiniteScoresException(model, tensor.Name, position, read(position));
        }
    }
}
