using Workflow.Training.Trainers;

namespace Workflow.Training.LightGbm.Boosting;

/// <summary>Adds iterations until there are enough, none helps any more, or somebody says stop; keeps the best.</summary>
internal sealed class BoostingLoop(BoostingSession session, LightGbmOptions options, bool hasValidation, ProgressGate progress)
{
    private readonly string _metric = TrainingParameters.Name(options.EffectiveMetric, options.Task);
    private readonly double _sign = options.EffectiveMetric is LightGbmMetric.AreaUnderCurve ? 1 : -1;

    /// <summary>Trains. On the training's thread, from its first call to its last.</summary>
    public BoostingResult Run(CancellationToken cancellationToken)
    {
        session.CreateBooster();
        var (iteration, best, bestValue, reason) = (0, 0, double.NaN, "all iterations done");
        while (iteration < options.Iterations)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (session.Update())
            {
                // The first iteration is kept even so, as a constant; a later one is taken back by LightGBM.
                if (iteration == 0)
                {
                    (iteration, best, bestValue) = (1, 1, session.Evaluate());
                }

                reason = "no split helps";
                break;
            }

            iteration++;
            var value = session.Evaluate();
            if (!hasValidation || best == 0 || _sign * (value - bestValue) > options.MinImprovement)
            {
                (best, bestValue) = (iteration, value);
            }

            var state = new TrainingProgress("boosting", (double)iteration / options.Iterations, iteration, hasValidation ? _metric : null, value, progress.Elapsed);
            progress.Report(state);
            if (options.StopWhen?.Invoke(state) is true)
            {
                reason = "stopped on request";
                break;
            }

            if (hasValidation && iteration - best >= options.EarlyStoppingRounds)
            {
                reason = "no improvement";
                break;
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        progress.ReportLast(new TrainingProgress("boosting", 1, iteration, hasValidation ? _metric : null, bestValue, progress.Elapsed));
        return new BoostingResult(session.Save(best), iteration, best, bestValue, reason);
    }
}
