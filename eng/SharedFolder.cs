using System.Reflection;

namespace Workflow.Repository;

/// <summary>Finds the folder of real data, golden results and peers that lies beside the repository on some machines.</summary>
internal static partial class SharedFolder
{
    /// <summary>Gets the repository's root, as MSBuild stamped it into this assembly.</summary>
    public static string RepositoryRoot { get; } = Stamped("WorkflowRepositoryDirectory");

    /// <summary>Gets the full path of a file or folder below <c>../shared</c>, or null where this machine lacks it.</summary>
    /// <param name="relativePath">For example <c>data/flights/flights-3m.parquet</c>.</param>
    public static string? Find(string relativePath)
    {
        var path = Path.Combine(Stamped("WorkflowSharedDirectory"), relativePath);
        return Path.Exists(path) ? path : null;
    }

    private static string Stamped(string key) =>
        typeof(SharedFolder).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}
