namespace Workflow.Repository;

internal static partial class SharedFolder
{
    /// <summary>Gets the full path below <c>../shared</c>; skips the running test, naming the path, where this machine lacks it.</summary>
    public static string Require(string relativePath)
    {
        var path = Find(relativePath);
        Assert.SkipWhen(path is null, $"needs ../shared/{relativePath}, which this machine does not have");
        return path!;
    }
}
