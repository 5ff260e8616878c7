using Workflow.Inference.Scoring;

namespace Workflow.Inference.Serving;

/// <summary>
/// Settings of one served model. <c>Registry</c> or <c>File</c>, <c>Threads</c> and <c>KeepWarm</c> are bound from
/// <c>Workflow:Inference:Models:NAME</c>; validated when the host starts.
/// </summary>
public sealed class ServedModelOptions
{
    /// <summary>Gets or sets where the version comes from that answers at the start. Default null: the host sets it before it starts.</summary>
    public ModelSource? Source { get; set; }

    /// <summary>Gets the settings of its sessions.</summary>
    public OnnxScorerOptions Scorer { get; } = new();

    /// <summary>Gets or sets how often a new version runs on rows of zeros before it answers. Default 3, from 0 to 1000.</summary>
    public int WarmUpRuns { get; set; } = 3;

    /// <summary>Gets or sets how long a version that was replaced stays loaded, ready to come back at once. Default 30 seconds, at most a day.</summary>
    public TimeSpan KeepWarm { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Gets or sets a check that a new version must pass before it answers, for example known rows and their scores. What it throws is
    /// what the swap throws; the version in production stays. Default null: that it loads and runs.
    /// </summary>
    public Func<OnnxScorer, CancellationToken, Task>? Probe { get; set; }

    /// <summary>Takes the version from the model registry.</summary>
    /// <param name="reference">For example <c>delay@champion</c> or <c>delay/3</c>.</param>
    /// <returns>These settings.</returns>
    public ServedModelOptions FromRegistry(string reference)
    {
        Source = ModelSource.FromRegistry(reference);
        return this;
    }

    /// <summary>Takes the version from an ONNX file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>These settings.</returns>
    public ServedModelOptions FromFile(string path)
    {
        Source = ModelSource.FromFile(path);
        return this;
    }
}
