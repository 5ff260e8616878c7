using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Workflow.Data.Tables;

namespace Workflow.Inference.Scoring;

/// <summary>Checks tensors against a graph and runs it on them: the path for any graph, at a few allocations a call.</summary>
internal static class TensorRun
{
    /// <summary>Lists every difference between what the graph takes and gives and what was asked.</summary>
    public static ImmutableArray<SchemaDifference> Check(OnnxSession session, IReadOnlyList<TensorValue> inputs, IReadOnlyList<string>? outputs)
    {
        var differences = ImmutableArray.CreateBuilder<SchemaDifference>();
        foreach (var expected in session.Inputs)
        {
            var given = inputs.Where(i => i.Name == expected.Name).ToArray();
            var wanted = TensorTypes.Describe(expected.DataType, expected.Shape);
            if (given.Length != 1)
            {
                differences.Add(new SchemaDifference(expected.Name, wanted, given.Length == 0 ? null : $"{given.Length} tensors of that name"));
            }
            else if (given[0].DataType != expected.DataType || !Fits(expected.Shape, given[0].Shape))
            {
                differences.Add(new SchemaDifference(expected.Name, wanted, TensorTypes.Describe(given[0].DataType, given[0].Shape)));
            }
            else if (DataFault(given[0]) is { } fault)
            {
                differences.Add(new SchemaDifference(expected.Name, TensorTypes.Describe(given[0].DataType, given[0].Shape), fault));
            }
        }

        foreach (var name in inputs.Select(i => i.Name).Distinct().Where(n => session.Inputs.All(i => i.Name != n)))
        {
            differences.Add(new SchemaDifference(name, null, "an input"));
        }

        foreach (var name in (outputs ?? []).Where(n => session.Outputs.All(o => o.Name != n)))
        {
            differences.Add(new SchemaDifference(name, $"one of the outputs {string.Join(", ", session.Outputs.Select(o => o.Name))}", null));
        }

        return differences.ToImmutable();
    }

    /// <summary>Runs the graph; the tensors have been checked, and the caller is inside the session.</summary>
    public static ImmutableArray<TensorValue> Run(OnnxSession session, IReadOnlyList<TensorValue> inputs, IReadOnlyList<string> outputs)
    {
        var pins = new List<MemoryHandle>(inputs.Count);
        var values = new List<OrtValue>(inputs.Count);
        try
        {
            foreach (var input in inputs)
            {
                values.Add(ToOrtValue(input, pins));
            }

            using var results = session.Session.Run(session.RunOptions, [.. inputs.Select(i => i.Name)], values, outputs);
            return [.. results.Select((value, i) => FromOrtValue(outputs[i], value))];
        }
        finally
        {
            values.ForEach(v => v.Dispose());
            pins.ForEach(p => p.Dispose());
        }
    }

    private static bool Fits(ImmutableArray<long> expected, ImmutableArray<long> actual)
    {
        // A graph whose rank is unknown declares no dimensions at all.
        if (expected.Length != actual.Length)
        {
            return expected.IsEmpty;
        }

        for (var i = 0; i < expected.Length; i++)
        {
            if (actual[i] < 0 || (expected[i] >= 0 && expected[i] != actual[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static string? DataFault(TensorValue value)
    {
        if (TensorTypes.CountElements(value.Shape.AsSpan()) is not { } count || count > int.MaxValue)
        {
            return "a shape of more elements than memory can hold";
        }

        if (value.DataType != TensorDataType.Bytes)
        {
            var expected = count * TensorTypes.SizeOf(value.DataType);
            return value.Data.Length == expected ? null : $"{value.Data.Length} bytes of data instead of {expected}";
        }

        var rest = value.Data.Span;
        var elements = 0L;
        while (rest.Length >= sizeof(uint) && BinaryPrimitives.ReadUInt32LittleEndian(rest) <= (uint)(rest.Length - sizeof(uint)))
        {
            rest = rest[(sizeof(uint) + (int)BinaryPrimitives.ReadUInt32LittleEndian(rest))..];
            elements++;
        }

        return !rest.IsEmpty ? "a length that points behind the data" : elements == count ? null : $"{elements} elements instead of {count}";
    }

    private static unsafe OrtValue ToOrtValue(TensorValue input, List<MemoryHandle> pins)
    {
        long[] shape = [.. input.Shape];
        if (input.DataType == TensorDataType.Bytes)
        {
            var strings = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, shape);
            var rest = input.Data.Span;
            for (var i = 0; !rest.IsEmpty; i++)
            {
                var length = (int)BinaryPrimitives.ReadUInt32LittleEndian(rest);
                strings.StringTensorSetElementAt(rest.Slice(sizeof(uint), length), i);
                rest = rest[(sizeof(uint) + length)..];
            }

            return strings;
        }

        var pin = input.Data.Pin();
        pins.Add(pin);
        return OrtValue.CreateTensorValueWithData(
            OrtMemoryInfo.DefaultInstance, TensorTypes.ToElementType(input.DataType), shape, (nint)pin.Pointer, input.Data.Length);
    }

    private static TensorValue FromOrtValue(string name, OrtValue value)
    {
        var info = value.GetTensorTypeAndShape();
        var type = TensorTypes.FromElementType(info.ElementDataType)
            ?? throw new NotSupportedException($"The output '{name}' has elements of type {info.ElementDataType}, which no tensor here can hold.");
        return new TensorValue
        {
            Name = name,
            DataType = type,
            Shape = [.. info.Shape],
            Data = info.ElementDataType == TensorElementType.String ? ReadStrings(value, info.ElementCount) : info.ElementCount == 0 ? [] : value.GetTensorMutableRawData().ToArray(),
        };
    }

    private static byte[] ReadStrings(OrtValue value, long count)
    {
        var bytes = new ArrayBufferWriter<byte>();
        for (var i = 0; i < count; i++)
        {
            var element = value.GetStringElementAsSpan(i);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.GetSpan(sizeof(uint)), (uint)element.Length);
            bytes.Advance(sizeof(uint));
            bytes.Write(element);
        }

        return bytes.WrittenSpan.ToArray();
    }
}
