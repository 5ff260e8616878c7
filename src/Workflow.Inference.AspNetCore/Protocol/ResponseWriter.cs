using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Workflow.Inference.Scoring;
using Workflow.Inference.Serving;

namespace Workflow.Inference.AspNetCore.Protocol;

/// <summary>Writes the protocol's answers. Numbers are written in the shortest form that reads back to the same bits.</summary>
internal static class ResponseWriter
{
    public static void WriteInference(IBufferWriter<byte> destination, ServedModel model, string? id, TensorAnswer answer)
    {
        using var json = new Utf8JsonWriter(destination);
        json.WriteStartObject();
        json.WriteString("model_name", model.Name);
        json.WriteString("model_version", answer.Version.ToString(CultureInfo.InvariantCulture));
        if (id is not null)
        {
            json.WriteString("id", id);
        }

        json.WriteStartArray("outputs");
        foreach (var output in answer.Outputs)
        {
            json.WriteStartObject();
            json.WriteString("name", output.Name);
            json.WriteString("datatype", Datatypes.NameOf(output.DataType));
            WriteShape(json, output.Shape);
            json.WriteStartArray("data");
            WriteData(json, output);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void WriteModel(IBufferWriter<byte> destination, ServedModel model, ServedVersion version)
    {
        using var json = new Utf8JsonWriter(destination);
        json.WriteStartObject();
        json.WriteString("name", model.Name);
        json.WriteStartArray("versions");
        foreach (var loaded in new[] { model.Champion, model.Challenger })
        {
            if (loaded is not null)
            {
                json.WriteStringValue(loaded.Number.ToString(CultureInfo.InvariantCulture));
            }
        }

        json.WriteEndArray();
        json.WriteString("platform", "onnx_onnxv1");
        WriteTensors(json, "inputs", version.Inputs);
        WriteTensors(json, "outputs", version.Outputs);
        json.WriteEndObject();
    }

    private static void WriteTensors(Utf8JsonWriter json, string property, IReadOnlyList<TensorInfo> tensors)
    {
        json.WriteStartArray(property);
        foreach (var tensor in tensors)
        {
            json.WriteStartObject();
            json.WriteString("name", tensor.Name);
            json.WriteString("datatype", Datatypes.NameOf(tensor.DataType));
            WriteShape(json, tensor.Shape);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteShape(Utf8JsonWriter json, IEnumerable<long> shape)
    {
        json.WriteStartArray("shape");
        foreach (var length in shape)
        {
            json.WriteNumberValue(length);
        }

        json.WriteEndArray();
    }

    private static void WriteData(Utf8JsonWriter json, TensorValue tensor)
    {
        var data = tensor.Data.Span;
        switch (tensor.DataType)
        {
            case TensorDataType.Bytes:
                while (!data.IsEmpty)
                {
                    var length = (int)BinaryPrimitives.ReadUInt32LittleEndian(data);
                    json.WriteStringValue(data.Slice(sizeof(uint), length));
                    data = data[(sizeof(uint) + length)..];
                }

                break;
            case TensorDataType.FP32: Each<float>(data, v => Number(json, tensor, v)); break;
            case TensorDataType.FP64: Each<double>(data, v => Number(json, tensor, v)); break;
            case TensorDataType.FP16: Each<Half>(data, v => Number(json, tensor, (float)v)); break;
            case TensorDataType.BF16: Each<ushort>(data, v => Number(json, tensor, ElementReader.ToFloat(v))); break;
            case TensorDataType.Bool: Each<byte>(data, v => json.WriteBooleanValue(v != 0)); break;
            case TensorDataType.Int8: Each<sbyte>(data, v => json.WriteNumberValue(v)); break;
            case TensorDataType.Int16: Each<short>(data, v => json.WriteNumberValue(v)); break;
            case TensorDataType.Int32: Each<int>(data, v => json.WriteNumberValue(v)); break;
            case TensorDataType.Int64: Each<long>(data, v => json.WriteNumberValue(v)); break;
            case TensorDataType.UInt8: Each<byte>(data, v => json.WriteNumberValue(v)); break;
            case TensorDataType.UInt16: Each<ushort>(data, v => json.WriteNumberValue(v)); break;
            case TensorDataType.UInt32: Each<uint>(data, v => json.WriteNumberValue(v)); break;
            default: Each<ulong>(data, v => json.WriteNumberValue(v)); break;
        }
    }

    private static void Each<T>(ReadOnlySpan<byte> data, Action<T> write)
        where T : unmanaged
    {
        foreach (var value in MemoryMarshal.Cast<byte, T>(data))
        {
            write(value);
        }
    }

    private static void Number(Utf8JsonWriter json, TensorValue tensor, float value)
    {
        if (float.IsNaN(value))
        {
            json.WriteNullValue();
        }
        else if (float.IsInfinity(value))
        {
            throw Infinite(tensor);
        }
        else
        {
            json.WriteNumberValue(value);
        }
    }

    private static void Number(Utf8JsonWriter json, TensorValue tensor, double value)
    {
        if (double.IsNaN(value))
        {
            json.WriteNullValue();
        }
        else if (double.IsInfinity(value))
        {
            throw Infinite(tensor);
        }
        else
        {
            json.WriteNumberValue(value);
        }
    }

    private static RequestFaultException Infinite(TensorValue tensor) => new(500, $"The output '{tensor.Name}' holds an infinity, which JSON cannot carry.");
}
