using System.Collections.Immutable;
using Microsoft.ML.OnnxRuntime;

namespace Workflow.Inference.Scoring;

/// <summary>
/// One ONNX Runtime session with a counted lifetime: it is freed when its owner has disposed it and the last call inside has left.
/// </summary>
/// <remarks>Safe for concurrent use. A disposal never blocks and never fails a call that is inside.</remarks>
internal sealed class OnnxSession : IDisposable
{
    private readonly SessionOptions _sessionOptions;
    private readonly List<IDisposable> _owned = [];
    private int _leases = 1;
    private int _disposed;

    /// <param name="model">The path of a file, or the bytes of a model.</param>
    /// <param name="options">The caller's settings.</param>
    /// <param name="name">How messages call the model.</param>
    public OnnxSession(object model, OnnxScorerOptions options, string name)
    {
        OnnxRuntimeLibrary.Probe();
        Name = name;
        _sessionOptions = new SessionOptions
        {
            IntraOpNumThreads = options.Threads,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            LogSeverityLevel = (OrtLoggingLevel)options.LogSeverity,

            // Batches have many sizes: a plan per size would pile up in the arena.
            EnableMemoryPattern = false,
        };
        try
        {
            _sessionOptions.AddSessionConfigEntry("session.intra_op.allow_spinning", options.AllowSpinning ? "1" : "0");
            _sessionOptions.AddSessionConfigEntry("session.inter_op.allow_spinning", options.AllowSpinning ? "1" : "0");
            foreach (var (key, value) in options.SessionEntries)
            {
                _sessionOptions.AddSessionConfigEntry(key, value);
            }

            Session = model is string path ? new InferenceSession(path, _sessionOptions) : new InferenceSession((byte[])model, _sessionOptions);
        }
        catch (OnnxRuntimeException fault)
        {
            _sessionOptions.Dispose();
            throw new InvalidDataException($"{name} is not a model that ONNX Runtime {OrtEnv.Instance().GetVersionString()} can load: {fault.Message}", fault);
        }
        catch
        {
            _sessionOptions.Dispose();
            throw;
        }

        Inputs = Describe(Session.InputNames, Session.InputMetadata, out var otherInputs);
        Outputs = Describe(Session.OutputNames, Session.OutputMetadata, out var otherOutputs);
        OtherInputs = otherInputs;
        OtherOutputs = otherOutputs;
    }

    public string Name { get; }

    public InferenceSession Session { get; }

    public RunOptions RunOptions { get; } = new();

    public ImmutableArray<TensorInfo> Inputs { get; }

    public ImmutableArray<TensorInfo> Outputs { get; }

    /// <summary>Gets the names of inputs that are no tensors of a type of ours (sequences, maps).</summary>
    public ImmutableArray<string> OtherInputs { get; }

    /// <summary>Gets the names of outputs that are no tensors of a type of ours.</summary>
    public ImmutableArray<string> OtherOutputs { get; }

    /// <summary>Keeps the session alive until <see cref="Exit"/>.</summary>
    /// <returns>False when it has been disposed.</returns>
    public bool TryEnter()
    {
        var leases = Volatile.Read(ref _leases);
        while (leases > 0)
        {
            var seen = Interlocked.CompareExchange(ref _leases, leases + 1, leases);
            if (seen == leases)
            {
                // Disposed, but others are still inside: no new call joins them.
                if (Volatile.Read(ref _disposed) == 0)
                {
                    return true;
                }

                Exit();
                return false;
            }

            leases = seen;
        }

        return false;
    }

    public void Exit()
    {
        if (Interlocked.Decrement(ref _leases) == 0)
        {
            // Bindings and values first, the session after them.
            foreach (var owned in _owned)
            {
                owned.Dispose();
            }

            Session.Dispose();
            RunOptions.Dispose();
            _sessionOptions.Dispose();
        }
    }

    /// <summary>Hands over something to be freed just before the session is. Only while the session is being set up.</summary>
    public void Own(IDisposable owned) => _owned.Add(owned);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            Exit();
        }
    }

    private static ImmutableArray<TensorInfo> Describe(
        IReadOnlyList<string> names, IReadOnlyDictionary<string, NodeMetadata> metadata, out ImmutableArray<string> others)
    {
        var tensors = ImmutableArray.CreateBuilder<TensorInfo>();
        var rest = ImmutableArray.CreateBuilder<string>();
        foreach (var name in names)
        {
            var node = metadata[name];
            if (node.IsTensor && TensorTypes.FromElementType(node.ElementDataType) is { } type)
            {
                tensors.Add(new TensorInfo { Name = name, DataType = type, Shape = [.. node.Dimensions.Select(d => d < 0 ? -1L : d)] });
            }
            else
            {
                rest.Add(name);
            }
        }

        others = rest.ToImmutable();
        return tensors.ToImmutable();
    }
}
