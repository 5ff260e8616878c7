using Workflow.Cli;

return await Tool.RunAsync(args, new CommandHost(Console.Out, Console.Error, Directory.GetCurrentDirectory(), Environment.GetEnvironmentVariable("WORKFLOW_ROOT"))
{
    Progress = Console.IsErrorRedirected ? null : new TerminalProgress(Console.Error, TimeProvider.System),
});
