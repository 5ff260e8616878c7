using System.Runtime.InteropServices;

namespace Workflow.Training.LightGbm.Native;

/// <summary>Turns LightGBM's return codes into exceptions.</summary>
internal static unsafe class NativeCall
{
    /// <summary>Throws unless the call succeeded. Must run on the thread of the call: the error text is per thread.</summary>
    /// <param name="code">What the function returned.</param>
    /// <param name="doing">What was being done, for the message: "create the dataset".</param>
    public static void Check(int code, string doing)
    {
        if (code != 0)
        {
            throw new InvalidOperationException($"LightGBM could not {doing}: {LastError()}");
        }
    }

    /// <summary>The last error of this thread, without the source path of the build that some texts end with.</summary>
    public static string LastError()
    {
        var text = Marshal.PtrToStringUTF8((nint)LightGbmApi.GetLastError()) ?? "no error text";
        var path = text.IndexOf(" at /", StringComparison.Ordinal);
        return (path < 0 ? text : text[..path]).Trim();
    }
}
