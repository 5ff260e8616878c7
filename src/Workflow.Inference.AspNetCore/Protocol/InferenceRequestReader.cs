using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Workflow.Inference.Scoring;

namespace Workflow.Inference.AspNetCore.Protocol;

/// <summary>Parses inference requests. The text comes from anyone.</summary>
internal sealed class InferenceRequestReader(OpenInferenceOptions options)
{
    private const int MaxTensors = 1024;
    private const int MaxFaults = 20;

    /// <summary>Parses a body.</summary>
    /// <exception cref="RequestFaultException">It is no request; lists what is wrong.</exception>
    public InferenceRequest Read(ReadOnlySpan<byte> body)
    {
        var request = new InferenceRequest();
        var faults = new List<string>();
        try
        {
            ReadRequest(body, request, faults);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or FormatException)
        {
            request.Dispose();
            throw new RequestFaultException(StatusCodes.Status400BadRequest, $"The body is no JSON inference request: {fault.Message} (NaN and Infinity are no JSON: a missing value is null.)");
        }
        catch
        {
            request.Dispose();
            throw;
        }

        if (faults.Count > 0)
        {
            request.Dispose();
            throw new RequestFaultException(StatusCodes.Status400BadRequest, string.Join("; ", faults.Take(MaxFaults)));
        }

        return request;
    }

    private void ReadRequest(ReadOnlySpan<byte> body, InferenceRequest request, List<string> faults)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = options.MaxJsonDepth });
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            faults.Add("expected a JSON object");
            return;
        }

        var hasInputs = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            switch (name)
            {
                case "id" when reader.TokenType == JsonTokenType.String:
                    request.Id = reader.GetString();
                    break;
                case "id":
                    faults.Add("'id' must be a string");
                    reader.Skip();
                    break;
                case "parameters":
                    ReadParameters(ref reader, "the request", faults, (key, value) => request.RoutingKey = key == options.RoutingParameter ? value : request.RoutingKey);
                    break;
                case "inputs" when reader.TokenType == JsonTokenType.StartArray:
                    hasInputs = true;
                    ReadInputs(ref reader, body, request, faults);
                    break;
                case "outputs" when reader.TokenType == JsonTokenType.StartArray:
                    request.Outputs = ReadOutputs(ref reader, faults);
                    break;
                case "inputs" or "outputs":
                    faults.Add($"'{name}' must be an array");
                    reader.Skip();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        // Whatever follows the object is an error of the reader.
        if (reader.TokenType == JsonTokenType.EndObject && reader.Read())
        {
            faults.Add("something follows the request");
        }

        if (!hasInputs && faults.Count == 0)
        {
            faults.Add("'inputs' is missing");
        }
    }

    private void ReadInputs(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, InferenceRequest request, List<string> faults)
    {
        for (var number = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; number++)
        {
            if (reader.TokenType != JsonTokenType.StartObject || number == MaxTensors)
            {
                faults.Add(number == MaxTensors ? $"more than {MaxTensors} inputs" : $"inputs[{number}] must be an object");
                reader.Skip();
                continue;
            }

            ReadInput(ref reader, body, request, number, faults);
        }
    }

    private void ReadInput(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, InferenceRequest request, int number, List<string> faults)
    {
        string? name = null;
        string? datatype = null;
        ImmutableArray<long>? shape = null;
        long? dataAt = null;
        TensorValue? value = null;
        var before = faults.Count;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var property = reader.GetString();
            reader.Read();
            switch (property)
            {
                case "name":
                    name = reader.GetString();
                    break;
                case "datatype":
                    datatype = reader.GetString();
                    break;
                case "shape" when reader.TokenType == JsonTokenType.StartArray:
                    shape = ReadShape(ref reader, $"inputs[{number}]", faults);
                    break;
                case "parameters":
                    ReadParameters(ref reader, $"inputs[{number}]", faults, null);
                    break;
                case "data" when name is not null && shape is not null && Datatypes.TryParse(datatype, out var type):
                    dataAt = reader.TokenStartIndex;
                    value = TensorReader.Read(ref reader, request, new TensorValue { Name = name, DataType = type, Shape = shape.Value, Data = default }, faults);
                    break;
                case "data":
                    // Its type is not known yet: come back when it is.
                    dataAt = reader.TokenStartIndex;
                    reader.Skip();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        if (faults.Count == before && value is null)
        {
            if (name is null || shape is null || dataAt is null || !Datatypes.TryParse(datatype, out var type))
            {
                faults.AddRange(Missing(name, shape is not null, dataAt is not null, datatype).Select(f => $"inputs[{number}]{(name is null ? "" : $" '{name}'")} {f}"));
            }
            else
            {
                var late = new Utf8JsonReader(body[(int)dataAt..], new JsonReaderOptions { MaxDepth = options.MaxJsonDepth });
                late.Read();
                value = TensorReader.Read(ref late, request, new TensorValue { Name = name, DataType = type, Shape = shape.Value, Data = default }, faults);
            }
        }

        if (value is not null)
        {
            request.Inputs.Add(value);
        }
    }

    private static IEnumerable<string> Missing(string? name, bool hasShape, bool hasData, string? datatype)
    {
        if (name is null)
        {
            yield return "lacks a 'name'";
        }

        if (!hasShape)
        {
            yield return "lacks a 'shape', an array";
        }

        if (!Datatypes.TryParse(datatype, out _))
        {
            yield return $"has the datatype '{datatype}', expected one of {Datatypes.Names}";
        }

        if (!hasData)
        {
            yield return "lacks 'data'";
        }
    }

    private static ImmutableArray<long> ReadShape(ref Utf8JsonReader reader, string where, List<string> faults)
    {
        var shape = ImmutableArray.CreateBuilder<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var length) || length < 0 || shape.Count == 64)
            {
                faults.Add($"{where}: 'shape' must hold at most 64 whole numbers that are not negative, got {Encoding.UTF8.GetString(reader.ValueSpan)}");
                reader.Skip();
                continue;
            }

            shape.Add(length);
        }

        return shape.ToImmutable();
    }

    private static ImmutableArray<string>? ReadOutputs(ref Utf8JsonReader reader, List<string> faults)
    {
        var outputs = ImmutableArray.CreateBuilder<string>();
        for (var number = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; number++)
        {
            string? name = null;
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var property = reader.GetString();
                    reader.Read();
                    if (property == "name")
                    {
                        name = reader.GetString();
                    }
                    else if (property == "parameters")
                    {
                        ReadParameters(ref reader, $"outputs[{number}]", faults, null);
                    }
                    else
                    {
                        reader.Skip();
                    }
                }
            }

            if (name is null || outputs.Count == MaxTensors)
            {
                faults.Add($"outputs[{number}] must be an object with a 'name'");
                reader.Skip();
            }
            else if (!outputs.Contains(name))
            {
                outputs.Add(name);
            }
        }

        return outputs.Count == 0 ? null : outputs.ToImmutable();
    }

    private static void ReadParameters(ref Utf8JsonReader reader, string where, List<string> faults, Action<string, string>? take)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            faults.Add($"'parameters' of {where} must be an object");
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            reader.Read();
            if (key is "binary_data_size" or "shared_memory_region" or "classification")
            {
                faults.Add($"{where} asks for '{key}', which this server does not have (its extensions are listed at /v2)");
            }

            if (reader.TokenType is JsonTokenType.String or JsonTokenType.Number)
            {
                take?.Invoke(key, reader.TokenType == JsonTokenType.String ? reader.GetString()! : Encoding.UTF8.GetString(reader.ValueSpan));
            }
            else if (reader.TokenType is not (JsonTokenType.True or JsonTokenType.False))
            {
                faults.Add($"the parameter '{key}' of {where} must be a string, a number or a boolean");
                reader.Skip();
            }
        }
    }
}
