using Microsoft.Win32.SafeHandles;

namespace Workflow.Training.LightGbm.Native;

/// <summary>Owns the rows of a training, binned.</summary>
internal sealed class DatasetHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public DatasetHandle()
        : base(ownsHandle: true)
    {
    }

    protected override bool ReleaseHandle() => LightGbmApi.DatasetFree(handle) == 0;
}
