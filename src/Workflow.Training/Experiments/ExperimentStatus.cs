namespace Workflow.Training.Experiments;

/// <summary>How a run stands. The names and meanings are MLflow's.</summary>
public enum ExperimentStatus
{
    /// <summary>It goes on, or its process died.</summary>
    Running,

    /// <summary>It ended as it should.</summary>
    Finished,

    /// <summary>It ended with a fault.</summary>
    Failed,

    /// <summary>Somebody ended it.</summary>
    Killed,
}
