namespace Workflow.Training.Trainers;

/// <summary>A trainer with the settings of its engine.</summary>
/// <typeparam name="TOptions">The engine's settings.</typeparam>
/// <remarks>Safe for concurrent use: each call trains its own model.</remarks>
public abstract class Trainer<TOptions> : Trainer
    where TOptions : TrainingOptions
{
    /// <summary>Takes a copy of the settings; later changes of them are not seen.</summary>
    /// <param name="options">Validated when training starts.</param>
#pragma warning disable RS0022 // On purpose: an engine derives from this class, never from the one without options.
    protected Trainer(TOptions options)
#pragma warning restore RS0022
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = (TOptions)options.Copy();
    }

    /// <summary>Gets this trainer's own copy of the settings.</summary>
    protected TOptions Options { get; }

    private protected sealed override TrainingOptions CommonOptions => Options;
}
