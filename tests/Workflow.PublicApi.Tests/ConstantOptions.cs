using Workflow.Training.Trainers;

namespace Workflow.PublicApi.Tests;

/// <summary>Settings of an engine of one's own.</summary>
internal sealed class ConstantOptions : TrainingOptions
{
    public double Shift { get; set; }

    protected override IEnumerable<string> SettingFaults() =>
        base.SettingFaults().Concat(double.IsFinite(Shift) ? [] : [$"{nameof(Shift)} is {Shift}; give a finite number."]);
}
