namespace Workflow.Training.LightGbm.Text;

/// <summary>What a split of LightGBM takes for a missing value.</summary>
internal enum MissingValues
{
    /// <summary>Nothing: NaN is scored as 0.</summary>
    None = 0,

    /// <summary>NaN and everything from -1e-35 to 1e-35 takes the default side.</summary>
    Zero = 1,

    /// <summary>NaN takes the default side.</summary>
    NaN = 2,
}
