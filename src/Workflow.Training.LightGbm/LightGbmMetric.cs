namespace Workflow.Training.LightGbm;

/// <summary>What is measured on the validation rows after every iteration.</summary>
public enum LightGbmMetric
{
    /// <summary>Mean logarithmic loss in nats, for classification; lower is better.</summary>
    LogLoss,

    /// <summary>Area under the ROC curve, for binary classification; higher is better.</summary>
    AreaUnderCurve,

    /// <summary>Root of the mean squared error, for regression; lower is better.</summary>
    RootMeanSquaredError,

    /// <summary>Mean absolute error, for regression; lower is better.</summary>
    MeanAbsoluteError,
}
