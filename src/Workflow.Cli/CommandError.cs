using System.Data.Common;
using Microsoft.Extensions.Options;
using Workflow.Data.Metadata;
using Workflow.Data.Registry;
using Workflow.Data.Storage;
using Workflow.Data.Tables;
using Workflow.Data.Versioning;
using Workflow.Features.Definitions;
using Workflow.Features.Online.Stores;
using Workflow.Inference.Scoring;

namespace Workflow.Cli;

/// <summary>What a failure means to the person at the shell.</summary>
/// <param name="ExitCode">One of <see cref="Cli.ExitCode"/>.</param>
/// <param name="Message">What was expected, what was found, what to do.</param>
internal sealed record CommandError(int ExitCode, string Message)
{
    /// <summary>Explains a failure that the input or the machine is responsible for; null for a fault of ours, which is shown whole.</summary>
    public static CommandError? Explain(Exception exception) => exception switch
    {
        AggregateException { InnerExceptions: { Count: > 0 } many } => Join([.. many.Select(Explain)]),
        DvcException { Kind: DvcErrorKind.Environment } => new CommandError(Cli.ExitCode.EnvironmentLacks, exception.Message),
        DllNotFoundException or PlatformNotSupportedException => new CommandError(Cli.ExitCode.EnvironmentLacks, exception.Message),
        OperationCanceledException => new CommandError(Cli.ExitCode.BadInput, "cancelled; nothing half-written is left behind"),
        ObjectDisposedException or ArgumentNullException => null,
        OnlineStoreException { Fault: OnlineStoreFault.Unreachable } => new CommandError(Cli.ExitCode.EnvironmentLacks, exception.Message),
        DefinitionException or BadRowsException or OnlineStoreException or TimeoutException => Bad(exception.Message),
        DvcException or CorruptTableException or SchemaMismatchException or NonFiniteScoresException => Bad(exception.Message),
        ModelNotFoundException or AliasConflictException or CorruptArtifactException or ObjectNotFoundException => Bad(exception.Message),
        AliasProtectedException or ModelInUseException or LeaseLostException => Bad(exception.Message),
        MetadataException or DbException or OptionsValidationException => Bad(exception.Message),
        ArgumentException { ParamName: { } name } => Bad(exception.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal)),
        IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException => Bad(exception.Message),
        FormatException or InvalidOperationException or NotSupportedException => Bad(exception.Message),
        _ => null,
    };

    private static CommandError? Join(IReadOnlyList<CommandError?> errors) => errors.Contains(null)
        ? null
        : new CommandError(errors.Max(e => e!.ExitCode), string.Join(Environment.NewLine, errors.Select(e => e!.Message).Distinct(StringComparer.Ordinal)));

    private static CommandError Bad(string message) => new(Cli.ExitCode.BadInput, message);
}
