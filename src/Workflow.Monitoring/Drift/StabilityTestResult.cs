namespace Workflow.Monitoring.Drift;

/// <summary>An index, its p-value, and the index that the level asks for with these numbers of rows and bins.</summary>
internal readonly record struct StabilityTestResult(double Psi, double PValue, double CriticalPsi, DriftTestMethod Method);
