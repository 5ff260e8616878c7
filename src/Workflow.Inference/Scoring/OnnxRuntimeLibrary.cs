using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Workflow.Inference.Scoring;

/// <summary>Finds out whether ONNX Runtime's native library loads on this machine, and says what to do when it does not.</summary>
internal static class OnnxRuntimeLibrary
{
    /// <summary>Loads the native library.</summary>
    /// <exception cref="PlatformNotSupportedException">It cannot be loaded; says what was looked for, where, and what to add.</exception>
    public static void Probe()
    {
        try
        {
            OrtEnv.Instance().GetVersionString();
        }
        catch (Exception fault) when (IsLoadFault(fault))
        {
            throw Explain(fault);
        }
    }

    public static bool IsLoadFault(Exception? fault) =>
        fault is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException
        || (fault is TypeInitializationException && IsLoadFault(fault.InnerException));

    public static PlatformNotSupportedException Explain(Exception fault)
    {
        while (fault is TypeInitializationException { InnerException: { } inner })
        {
            fault = inner;
        }

        var file = OperatingSystem.IsWindows() ? "onnxruntime.dll" : OperatingSystem.IsMacOS() ? "libonnxruntime.dylib" : "libonnxruntime.so";
        var what = fault switch
        {
            BadImageFormatException => "is there, but was built for another processor",
            EntryPointNotFoundException => "is there, but of another version than its .NET part",
            _ => "was not found, or a library that it needs was not",
        };
        return new PlatformNotSupportedException(
            $"ONNX Runtime's native library '{file}' {what}. Looked for in '{AppContext.BaseDirectory}' and its "
            + $"'runtimes/{RuntimeInformation.RuntimeIdentifier}/native' for a process of {RuntimeInformation.ProcessArchitecture}. "
            + "Reference the package Microsoft.ML.OnnxRuntime in the program itself and publish for the runtime identifier of this machine; "
            + $"on Linux it needs glibc 2.28 and libstdc++6 (not musl). The loader said: {fault.Message}",
            fault);
    }
}
