namespace Workflow.Training.Trainers;

/// <summary>The kinds of prediction.</summary>
public enum LearningTask
{
    /// <summary>One of two classes; the score is the probability of the class 1.</summary>
    BinaryClassification,

    /// <summary>One of several classes; the scores are probabilities.</summary>
    MulticlassClassification,

    /// <summary>A number.</summary>
    Regression,

    /// <summary>An order of rows within a query.</summary>
    Ranking,
}
