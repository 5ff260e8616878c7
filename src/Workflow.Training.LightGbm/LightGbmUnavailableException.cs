using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Workflow.Training.LightGbm.Native;

namespace Workflow.Training.LightGbm;

/// <summary>LightGBM's native library cannot be loaded on this machine.</summary>
/// <remarks>Not transient: the program or the machine lacks something.</remarks>
public sealed class LightGbmUnavailableException : Exception
{
    private LightGbmUnavailableException(string library, ImmutableArray<string> searched, string remedy, Exception cause)
        : base($"LightGBM's native library '{library}' cannot be loaded. Looked in: {string.Join(", ", searched)}. {remedy} ({FirstLine(cause.Message)})", cause) =>
        (Library, Searched, Remedy) = (library, searched, remedy);

    /// <summary>Gets the name of the library that was looked for.</summary>
    public string Library { get; }

    /// <summary>Gets the folders that were looked in.</summary>
    public ImmutableArray<string> Searched { get; }

    /// <summary>Gets what to add, and where.</summary>
    public string Remedy { get; }

    internal static LightGbmUnavailableException For(string runtimeIdentifier, Architecture architecture, Exception cause)
    {
        var searched = Folders();
        var isThere = searched.Any(folder => Directory.Exists(folder) && Directory.EnumerateFiles(folder, $"*{LightGbmApi.Library}*").Any());
        var remedy =
            architecture is not Architecture.X64 ? $"LightGBM {LightGbmLibrary.Version} has natives for x64 only and this process is {architecture}: run the program as x64."
            : isThere && OperatingSystem.IsLinux() ? "The file is there but does not load: install OpenMP with 'apt-get install libgomp1' (musl systems such as Alpine are not supported)."
            : $"Add the package LightGBM {LightGbmLibrary.Version} to the program and publish it for {runtimeIdentifier}, so that the file lies beside it.";
        return new LightGbmUnavailableException(LightGbmApi.Library, searched, remedy, cause);
    }

    private static ImmutableArray<string> Folders()
    {
        var native = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        return [.. native.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Append(AppContext.BaseDirectory).Distinct(StringComparer.Ordinal)];
    }

    private static string FirstLine(string text) => text.Split('\n', 2)[0].Trim();
}
