using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace Workflow.Training.LightGbm.Native;

/// <summary>Loads LightGBM's native library once, with OpenMP told to sleep rather than to spin.</summary>
internal static class LightGbmLibrary
{
    /// <summary>The version of the package whose functions <see cref="LightGbmApi"/> declares.</summary>
    public const string Version = "4.7.0";

    private const string WaitPolicy = "OMP_WAIT_POLICY";
    private static readonly Lock Gate = new();
    private static bool _loaded;

    /// <summary>Makes the library usable, or says what is missing. Safe for concurrent use; later calls cost nothing.</summary>
    /// <exception cref="LightGbmUnavailableException">The library, the architecture or libgomp is missing.</exception>
    public static void Load(ILogger logger)
    {
        if (Volatile.Read(ref _loaded))
        {
            return;
        }

        lock (Gate)
        {
            if (_loaded)
            {
                return;
            }

            // libgomp reads the policy when it is loaded. Left to spin, its workers lose 5 to 15 times to anything else that wants the cores.
            var late = IsOpenMpLoaded();
            LibC.SetEnvironmentUnlessSet(WaitPolicy, "passive");
            if (late)
            {
                logger.OpenMpWasLoadedBefore(WaitPolicy);
            }

            LoadOrExplain();
            Volatile.Write(ref _loaded, value: true);
        }
    }

    private static void LoadOrExplain()
    {
        try
        {
            NativeLibrary.Load(LightGbmApi.Library, typeof(LightGbmLibrary).Assembly, searchPath: null);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw LightGbmUnavailableException.For(RuntimeInformation.RuntimeIdentifier, RuntimeInformation.ProcessArchitecture, e);
        }
    }

    private static bool IsOpenMpLoaded()
    {
        try
        {
            return OperatingSystem.IsLinux() && File.ReadLines("/proc/self/maps").Any(line => line.Contains("libgomp", StringComparison.Ordinal));
        }
        catch (IOException)
        {
            return false; // Only a hint is lost.
        }
    }
}
