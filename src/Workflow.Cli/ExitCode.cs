namespace Workflow.Cli;

/// <summary>What the tool's exit status means.</summary>
internal static class ExitCode
{
    /// <summary>It is done.</summary>
    public const int Done = 0;

    /// <summary>A check said no: an audit that was tampered with, a contract broken.</summary>
    public const int CheckSaidNo = 1;

    /// <summary>Bad usage or bad input.</summary>
    public const int BadInput = 2;

    /// <summary>The environment lacks something: a native library, a program.</summary>
    public const int EnvironmentLacks = 3;
}
