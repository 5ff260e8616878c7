using System.Runtime.InteropServices;
using Workflow.Cli;

// Registered before any work begins, so that no interrupt finds an unfinished file and nobody to remove it. A second one ends the process at once.
using var interrupted = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
using var termination = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
var host = new CommandHost(Console.Out, Console.Error, Directory.GetCurrentDirectory(), Environment.GetEnvironmentVariable("WORKFLOW_ROOT"))
{
    Progress = Console.IsErrorRedirected ? null : new TerminalProgress(Console.Error, TimeProvider.System),
    Confirm = Console.IsInputRedirected ? null : static question =>
    {
        Console.Error.Write($"{question} [y/n]: ");
        return Console.ReadLine()?.Trim() is "y" or "Y" or "yes";
    },
};
return await Tool.RunAsync(args, host, interrupted.Token);

void Cancel(PosixSignalContext context)
{
    context.Cancel = !interrupted.IsCancellationRequested;
    interrupted.Cancel();
}
