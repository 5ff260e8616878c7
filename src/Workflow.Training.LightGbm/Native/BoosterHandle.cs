using Microsoft.Win32.SafeHandles;

namespace Workflow.Training.LightGbm.Native;

/// <summary>Owns a model in LightGBM's memory.</summary>
internal sealed class BoosterHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public BoosterHandle()
        : base(ownsHandle: true)
    {
    }

    protected override bool ReleaseHandle() => LightGbmApi.BoosterFree(handle) == 0;
}
