using Microsoft.Win32.SafeHandles;

namespace Workflow.Training.LightGbm.Native;

/// <summary>Owns a prepared scorer of single rows of one booster, which must outlive it.</summary>
internal sealed class RowPredictorHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public RowPredictorHandle()
        : base(ownsHandle: true)
    {
    }

    protected override bool ReleaseHandle() => LightGbmApi.RowPredictorFree(handle) == 0;
}
