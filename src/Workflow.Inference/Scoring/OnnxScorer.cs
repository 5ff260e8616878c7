using System.Collections.Immutable;
using System.Security.Cryptography;
using Apache.Arrow;
using Workflow.Data.Registry;
using Workflow.Data.Storage;
using Workflow.Data.Tables;

namespace Workflow.Inference.Scoring;

/// <summary>An ONNX model in one ONNX Runtime session: Arrow batches, plain rows or tensors in, scores out.</summary>
/// <remarks>
/// <para>Safe for concurrent use: one instance serves the whole application. <see cref="Dispose"/> never fails a call that is running:
/// the session is freed when the last one has left; calls that begin later throw <see cref="ObjectDisposedException"/>.</para>
/// <para>NaN in an input means "missing"; a null becomes NaN. Numbers of other types are rounded to float32, which is what the graph takes.</para>
/// <para>A batch runs in blocks of a power of two of rows. A tree ensemble gives a row the same bits in any block; a matrix product may
/// differ in the last bit between block sizes, and a dynamically quantised graph scales a block as a whole: score such models row by row.</para>
/// </remarks>
public sealed class OnnxScorer : IDisposable
{
    /// <summary>The key under which a model's metadata hold its signature.</summary>
    public const string SignatureKey = "workflow.signature";

    private readonly OnnxSession _session;
    private readonly NonFiniteScores _nonFinite;
    private readonly TabularGraph? _graph;
    private readonly BatchScoring? _batches;
    private readonly string? _obstacle;

    private OnnxScorer(OnnxSession session, ContentDigest digest, OnnxScorerOptions options)
    {
        (_session, _nonFinite, Digest) = (session, options.NonFiniteScores, digest);
        Metadata = session.Session.ModelMetadata.CustomMetadataMap.ToImmutableDictionary(StringComparer.Ordinal);
        var written = options.Signature ?? (Metadata.TryGetValue(SignatureKey, out var json) ? ReadSignature(json, session.Name) : null);
        if (TabularGraph.TryRead(session, out _graph, out _obstacle))
        {
            Signature = written ?? InputMapping.Derive(_graph);
            var mapping = InputMapping.Create(Signature, _graph, session.Name);
            var lanes = new LanePool(session, _graph);
            session.Own(lanes);
            _batches = new BatchScoring(session, _graph, lanes, mapping, Signature.Outputs, _nonFinite);
        }
        else if (written is not null)
        {
            throw new InvalidDataException($"{session.Name} has a signature of columns, but {_obstacle}.");
        }
    }

    /// <summary>Gets how messages call the model.</summary>
    public string Name => _session.Name;

    /// <summary>Gets the digest of the model's bytes. Weights in external files are not part of it.</summary>
    public ContentDigest Digest { get; }

    /// <summary>Gets the columns that the model takes and gives; null where the graph is not a matrix of rows in and scores out.</summary>
    public ModelSignature? Signature { get; }

    /// <summary>Gets how many features a row has; 0 where <see cref="Signature"/> is null.</summary>
    public int FeatureCount => _graph?.Features ?? 0;

    /// <summary>Gets how many scores a row gives; 0 where <see cref="Signature"/> is null.</summary>
    public int ScoreCount => _graph?.ScoresPerRow ?? 0;

    /// <summary>Gets the graph's inputs, in order.</summary>
    public ImmutableArray<TensorInfo> Inputs => _session.Inputs;

    /// <summary>Gets the graph's outputs that are tensors, in order.</summary>
    public ImmutableArray<TensorInfo> Outputs => _session.Outputs;

    /// <summary>Gets the pairs that the model's file carries.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Loads a model from a file, with the weights beside it where it has such.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Settings; null for the defaults.</param>
    /// <returns>A scorer that the caller disposes.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no model that ONNX Runtime can load; says why.</exception>
    /// <exception cref="SchemaMismatchException">The signature does not belong to the graph; lists every difference.</exception>
    /// <exception cref="PlatformNotSupportedException">ONNX Runtime's native library does not load on this machine; says what to add.</exception>
    public static OnnxScorer FromFile(string path, OnnxScorerOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"There is no model '{path}' (looked for '{Path.GetFullPath(path)}').", path);
        }

        using var content = File.OpenRead(path);
        return Create(path, ContentDigest.FromHash(SHA256.HashData(content)), options, $"model '{path}'");
    }

    /// <summary>Loads a model from memory.</summary>
    /// <param name="model">The content of an ONNX file whose weights are inside. Not retained.</param>
    /// <param name="options">Settings; null for the defaults.</param>
    /// <returns>A scorer that the caller disposes.</returns>
    /// <exception cref="InvalidDataException">It is no model that ONNX Runtime can load; says why.</exception>
    /// <exception cref="SchemaMismatchException">The signature does not belong to the graph; lists every difference.</exception>
    /// <exception cref="PlatformNotSupportedException">ONNX Runtime's native library does not load on this machine; says what to add.</exception>
    public static OnnxScorer FromBytes(ReadOnlyMemory<byte> model, OnnxScorerOptions? options = null)
    {
        var digest = ContentDigest.Of(model.Span);
        return Create(model.ToArray(), digest, options, $"model {digest}");
    }

    /// <summary>Scores a batch. Matches <see cref="ScoreBatch"/>.</summary>
    /// <param name="batch">
    /// The columns of <see cref="Signature"/>, found by name, or one column named as the graph's input of type
    /// <c>FixedSizeList&lt;float32&gt;[features]</c>, which is read where it lies. Borrowed.
    /// </param>
    /// <param name="cancellationToken">Observed between blocks of rows.</param>
    /// <returns>The scores, in the rows' order: <c>score</c>, or <c>score_0</c> …, in the type that the graph gives. The caller disposes them.</returns>
    /// <exception cref="SchemaMismatchException">Columns are missing, of another type, or null where that is not allowed; all are listed.</exception>
    /// <exception cref="NonFiniteScoresException">The model gave NaN or an infinity, and that is not allowed.</exception>
    /// <exception cref="NotSupportedException">The graph is not a matrix of rows in and scores out; says why.</exception>
    /// <remarks>Completes synchronously: the work is the CPU's. Callers who must not be held up run it elsewhere.</remarks>
    public ValueTask<RecordBatch> ScoreAsync(RecordBatch batch, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        Enter();
        try
        {
            return ValueTask.FromResult(ScoreInside(batch, cancellationToken));
        }
        finally
        {
            _session.Exit();
        }
    }

    /// <summary>Scores rows that lie in memory. Allocates nothing once as many calls have run at the same time before.</summary>
    /// <param name="rows">Shape <c>[rows, FeatureCount]</c>, row-major; NaN is "missing".</param>
    /// <param name="scores">Shape <c>[rows, ScoreCount]</c>; filled. Undefined when the call throws.</param>
    /// <exception cref="ArgumentException">The lengths do not belong together.</exception>
    /// <exception cref="NonFiniteScoresException">The model gave NaN or an infinity, and that is not allowed.</exception>
    /// <exception cref="NotSupportedException">The graph is not a matrix of rows in and scores out; says why.</exception>
    public void Score(ReadOnlySpan<float> rows, Span<double> scores)
    {
        Enter();
        try
        {
            ScoreInside(rows, scores);
        }
        finally
        {
            _session.Exit();
        }
    }

    /// <summary>Runs the graph on tensors: the way for models that are no tables, and for the Open Inference Protocol.</summary>
    /// <param name="inputs">A tensor for each of <see cref="Inputs"/>, in any order. Borrowed.</param>
    /// <param name="outputs">The names wanted, of <see cref="Outputs"/>; null for all.</param>
    /// <returns>The outputs, in the order asked for; they own their bytes.</returns>
    /// <exception cref="SchemaMismatchException">Names, types, shapes or lengths do not fit; all differences are listed.</exception>
    /// <exception cref="NonFiniteScoresException">The model gave NaN or an infinity, and that is not allowed.</exception>
    /// <exception cref="InvalidDataException">The graph refuses these values; says why.</exception>
    public ImmutableArray<TensorValue> Run(IReadOnlyList<TensorValue> inputs, IReadOnlyList<string>? outputs = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        Enter();
        try
        {
            return RunInside(inputs, outputs);
        }
        finally
        {
            _session.Exit();
        }
    }

    /// <summary>Frees the session as soon as no call is inside. A second call does nothing.</summary>
    public void Dispose() => _session.Dispose();

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {string.Join(", ", Inputs)} -> {string.Join(", ", Outputs)}";

    /// <summary>Keeps the session alive until <see cref="Exit"/>, for the methods that end in "Inside".</summary>
    internal bool TryEnter() => _session.TryEnter();

    internal void Exit() => _session.Exit();

    internal RecordBatch ScoreInside(RecordBatch batch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return (_batches ?? throw NotTabular()).Score(batch, cancellationToken);
    }

    internal void ScoreInside(ReadOnlySpan<float> rows, Span<double> scores)
    {
        var batches = _batches ?? throw NotTabular();
        var count = rows.Length / FeatureCount;
        if (count * FeatureCount != rows.Length || (long)count * ScoreCount != scores.Length)
        {
            throw new ArgumentException(
                $"Expected rows of {FeatureCount} features and {ScoreCount} scores for each, got {rows.Length} numbers and room for {scores.Length} scores.", nameof(rows));
        }

        batches.Score(rows, scores);
    }

    internal ImmutableArray<TensorValue> RunInside(IReadOnlyList<TensorValue> inputs, IReadOnlyList<string>? outputs)
    {
        var differences = TensorRun.Check(_session, inputs, outputs);
        if (!differences.IsEmpty)
        {
            throw new SchemaMismatchException(Name, differences);
        }

        try
        {
            var results = TensorRun.Run(_session, inputs, outputs ?? [.. Outputs.Select(o => o.Name)]);
            if (_nonFinite == NonFiniteScores.Reject)
            {
                TensorValues.RequireFinite(Name, results);
            }

            return results;
        }
        catch (Microsoft.ML.OnnxRuntime.OnnxRuntimeException fault)
        {
            throw new InvalidDataException($"{Name} could not be run on these tensors: {fault.Message}", fault);
        }
    }

    private static OnnxScorer Create(object model, ContentDigest digest, OnnxScorerOptions? options, string name)
    {
        options ??= new OnnxScorerOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Threads, 1, "options.Threads");
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Threads, 256, "options.Threads");
        var session = new OnnxSession(model, options, options.Name ?? name);
        try
        {
            return new OnnxScorer(session, digest, options);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private static ModelSignature ReadSignature(string json, string name)
    {
        try
        {
            return SignatureJson.Read(json);
        }
        catch (FormatException fault)
        {
            throw new InvalidDataException($"The metadata '{SignatureKey}' of {name} cannot be read: {fault.Message}", fault);
        }
    }

    private NotSupportedException NotTabular() =>
        new($"{Name} cannot score rows: {_obstacle}. Use {nameof(Run)} with tensors, or export it as FP32 [-1, features] in, float scores out.");

    private void Enter() => ObjectDisposedException.ThrowIf(!_session.TryEnter(), this);
}
