namespace Workflow.Training.Experiments;

/// <summary>There is no run with this id.</summary>
/// <remarks>Not transient.</remarks>
public sealed class RunNotFoundException : Exception
{
    internal RunNotFoundException(string runId)
        : base($"There is no run '{runId}'. Start it first, or list the runs of the experiment.") => RunId = runId;

    /// <summary>Gets the id that was asked for.</summary>
    public string RunId { get; }
}
