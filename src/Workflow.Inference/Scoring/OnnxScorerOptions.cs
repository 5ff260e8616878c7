using Workflow.Data.Registry;

namespace Workflow.Inference.Scoring;

/// <summary>Settings of a scorer. Read when it is created; later changes are not seen.</summary>
public sealed class OnnxScorerOptions
{
    /// <summary>Gets or sets how messages call the model. Default: its file, or its digest.</summary>
    public string? Name { get; set; }

    /// <summary>
    /// Gets or sets the threads of one run. Default 1, from 1 to 256: a server's parallelism comes from concurrent calls, and more threads
    /// let ONNX Runtime add a row's terms in another order. ONNX Runtime's own default may see a container's host.
    /// </summary>
    public int Threads { get; set; } = 1;

    /// <summary>Gets or sets whether idle threads of a run spin. Default false: spinning burns the CPU of neighbours.</summary>
    public bool AllowSpinning { get; set; }

    /// <summary>Gets or sets from which severity ONNX Runtime writes to standard error. Default <see cref="OnnxLogSeverity.Error"/>.</summary>
    public OnnxLogSeverity LogSeverity { get; set; } = OnnxLogSeverity.Error;

    /// <summary>Gets or sets what happens when the model gives NaN or an infinity. Default <see cref="NonFiniteScores.Reject"/>.</summary>
    public NonFiniteScores NonFiniteScores { get; set; }

    /// <summary>
    /// Gets or sets the columns that the model takes and gives. Default null: the model's metadata <c>workflow.signature</c>, or else
    /// one column named as the graph's input. Set it for a model that was exported elsewhere.
    /// </summary>
    public ModelSignature? Signature { get; set; }

    /// <summary>Gets further session settings of ONNX Runtime by their own names, for example <c>session.x64quantprecision</c> = <c>1</c>.</summary>
    public IDictionary<string, string> SessionEntries { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Copies the settings under another name and signature.</summary>
    internal OnnxScorerOptions With(string? name, ModelSignature? signature)
    {
        var copy = new OnnxScorerOptions
        {
            Name = name,
            Threads = Threads,
            AllowSpinning = AllowSpinning,
            LogSeverity = LogSeverity,
            NonFiniteScores = NonFiniteScores,
            Signature = signature,
        };
        foreach (var (key, value) in SessionEntries)
        {
            copy.SessionEntries[key] = value;
        }

        return copy;
    }
}
