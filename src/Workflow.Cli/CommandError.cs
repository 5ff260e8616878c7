using Workflow.Data.Metadata;
using Workflow.Data.Registry;
using Workflow.Data.Storage;
using Workflow.Data.Tables;
using Workflow.Data.Versioning;

namespace Workflow.Cli;

/// <summary>What a failure means to the person at the shell.</summary>
/// <param name="ExitCode">One of <see cref="Cli.ExitCode"/>.</param>
/// <param name="Message">What was expected, what was found, what to do.</param>
internal sealed record CommandError(int ExitCode, string Message)
{
    /// <summary>Explains a failure that the input or the machine is responsible for; null for a fault of ours, which is shown whole.</summary>
    public static CommandError? Explain(Exception exception) => exception switch
    {
        DvcException { Kind: DvcErrorKind.Environment } => new CommandError(Cli.ExitCode.EnvironmentLacks, exception.Message),
        DllNotFoundException or PlatformNotSupportedException => new CommandError(Cli.ExitCode.EnvironmentLacks, exception.Message),
        OperationCanceledException => new CommandError(Cli.ExitCode.BadInput, "cancelled; nothing half-written is left behind"),
        DvcException or CorruptTableException or SchemaMismatchException or ModelNotFoundException or AliasConflictException or CorruptArtifactException or ObjectNotFoundException or MetadataException => Bad(exception),
        IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException or FormatException or InvalidOperationException or NotSupportedException => Bad(exception),
        _ => null,
    };

    private static CommandError Bad(Exception exception) => new(Cli.ExitCode.BadInput, exception.Message);
}
