using Workflow.Monitoring.Contracts;
using Workflow.Monitoring.Drift;
using Workflow.Monitoring.Feedback;

namespace Workflow.Monitoring;

/// <summary>How one model is watched. Bound from <c>Workflow:Monitoring:Models:NAME</c>, validated when the host starts.</summary>
public sealed class ModelMonitorOptions
{
    /// <summary>Gets when a change of distribution is an alarm.</summary>
    public PsiDriftOptions Drift { get; } = new();

    /// <summary>Gets when a challenger should be trained.</summary>
    public RetrainPolicyOptions Retrain { get; } = new();

    internal DataContract? Contract { get; private set; }

    internal DriftReference? Reference { get; private set; }

    /// <summary>Sets what input tables are held against.</summary>
    /// <param name="contract">The contract.</param>
    public void UseContract(DataContract contract)
    {
        ArgumentNullException.ThrowIfNull(contract);
        Contract = contract;
    }

    /// <summary>Sets what live rows are compared with.</summary>
    /// <param name="reference">The reference of the model in production.</param>
    public void UseReference(DriftReference reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        Reference = reference;
    }
}
