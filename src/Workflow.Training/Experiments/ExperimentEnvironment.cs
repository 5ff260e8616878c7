using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Workflow.Training.Experiments;

/// <summary>What a run depends on besides code and data, as far as the process itself knows it.</summary>
public static class ExperimentEnvironment
{
    /// <summary>Collects facts: runtime, operating system, processor, core limit, code commit. No environment variables but the named ones, and no secrets.</summary>
    /// <param name="folder">A folder inside the git working tree whose commit is noted; null for the current directory.</param>
    /// <returns>Names and invariant texts, sorted. <c>git.commit</c> is there only inside a working tree.</returns>
    public static IReadOnlyDictionary<string, string> Capture(string? folder = null)
    {
        var facts = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["dotnet.version"] = RuntimeInformation.FrameworkDescription,
            ["dotnet.rid"] = RuntimeInformation.RuntimeIdentifier,
            ["os"] = RuntimeInformation.OSDescription,
            ["cpu.architecture"] = RuntimeInformation.ProcessArchitecture.ToString(),
            ["cpu.cores"] = Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture),
            ["cpu.simd"] = Avx512F.IsSupported ? "avx512" : Avx2.IsSupported ? "avx2" : "none",
            ["culture"] = CultureInfo.CurrentCulture.Name,
            ["gc.server"] = System.Runtime.GCSettings.IsServerGC ? "true" : "false",
        };
        Note("OMP_NUM_THREADS");
        Note("OMP_WAIT_POLICY");
        if (GitCommit.Find(folder ?? Environment.CurrentDirectory) is { } commit)
        {
            facts["git.commit"] = commit;
        }

        if (CpuModel() is { } model)
        {
            facts["cpu.model"] = model;
        }

        return facts;

        void Note(string variable)
        {
            if (Environment.GetEnvironmentVariable(variable) is { } value)
            {
                facts[$"env.{variable}"] = value;
            }
        }
    }

    private static string? CpuModel()
    {
        try
        {
            return OperatingSystem.IsLinux()
                ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim()
                : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
