using System.Runtime.InteropServices;

namespace Workflow.Training.LightGbm.Native;

/// <summary>The one function of the C library that is needed: natives do not see what <see cref="Environment.SetEnvironmentVariable(string, string)"/> sets on Linux.</summary>
internal static partial class LibC
{
    /// <summary>Sets a variable that native libraries loaded later will see, unless it is set already. Does nothing on Windows, whose runtime shares one environment.</summary>
    public static void SetEnvironmentUnlessSet(string name, string value)
    {
        if (OperatingSystem.IsWindows())
        {
            if (Environment.GetEnvironmentVariable(name) is null)
            {
                Environment.SetEnvironmentVariable(name, value);
            }
        }
        else if (SetEnv(name, value, overwrite: 0) != 0)
        {
            throw new InvalidOperationException($"setenv({name}) failed with error {Marshal.GetLastPInvokeError()}.");
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnv(string name, string value, int overwrite);
}
