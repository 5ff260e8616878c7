using System.Diagnostics;
using System.Runtime.CompilerServices;
using Workflow.Data.Registry;
using Workflow.Data.Registry.Webhooks;
using Workflow.Data.Storage;

namespace Workflow.Data.Tests.Killing;

/// <summary>Work that a child process does until it is killed at one of its steps. The child is this program, started with variables in its environment.</summary>
internal static class KilledWork
{
    public const string Secret = "a secret that is long enough";
    private const string Place = "WORKFLOW_KILL_PLACE";
    private const string Kind = "WORKFLOW_KILL_WORK";
    private const string Step = "WORKFLOW_KILL_STEP";
    private const string Argument = "WORKFLOW_KILL_ARGUMENT";

    public static WebhookOptions Options(string receiver, Action? step = null) => new()
    {
        Secrets = { ["main"] = Secret },

        // The receiver: a line for each message that it took, durable before it answers.
        Send = async (request, token) =>
        {
            step?.Invoke();
            await using (var stream = new FileStream(receiver, FileMode.Append, FileAccess.Write, FileShare.ReadWrite))
            {
                await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(request.Headers.GetValues(WebhookSignature.IdHeader).Single() + "\n"), token);
                stream.Flush(flushToDisk: true);
            }

            step?.Invoke();
            return new HttpResponseMessage(System.Net.HttpStatusCode.OK);
        },
    };

    public static AliasChange Change(long generation) => new()
    {
        Model = "delay",
        Alias = "champion",
        Version = 1 + (generation % 2),
        Actor = "gate",
        Reason = "better",
        Evidence = ContentDigest.Of([1]),
        ExpectedGeneration = generation,
    };

    /// <summary>Does the work in a child that dies at a step.</summary>
    /// <returns>Whether it died; false when it had fewer steps and ended by itself.</returns>
    public static async Task<bool> DiesAsync(string place, string kind, int step, string argument)
    {
        var program = Path.Combine(AppContext.BaseDirectory, typeof(KilledWork).Assembly.GetName().Name!);
        // The test runner of the child has only to print its help.
        var start = new ProcessStartInfo(program, ["--help"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in new[] { (Place, place), (Kind, kind), (Step, step.ToString(System.Globalization.CultureInfo.InvariantCulture)), (Argument, argument) })
        {
            start.Environment[name] = value;
        }

        using var child = Process.Start(start)!;
        var output = child.StandardOutput.ReadToEndAsync();
        var error = await child.StandardError.ReadToEndAsync();
        await child.WaitForExitAsync();
        Assert.True(child.ExitCode is 0 or 137, $"The child ended with {child.ExitCode}: {await output}{error}");
        return child.ExitCode == 137;
    }

    // On a thread of its own: while an initializer runs, nobody else may use the module. Nothing ends before it does.
    [ModuleInitializer]
    internal static void RunInChild()
    {
        if (Environment.GetEnvironmentVariable(Place) is { } place)
        {
            new Thread(() =>
            {
                try
                {
                    RunAsync(place).GetAwaiter().GetResult();
                    Environment.Exit(0);
                }
#pragma warning disable CA1031 // Whatever it is, the parent reads it.
                catch (Exception e)
#pragma warning restore CA1031
                {
                    Console.Error.WriteLine(e);
                    Environment.Exit(9);
                }
            }).Start();
        }
    }

    private static async Task RunAsync(string place)
    {
        var steps = new Steps(int.Parse(Environment.GetEnvironmentVariable(Step)!, System.Globalization.CultureInfo.InvariantCulture));
        var argument = Environment.GetEnvironmentVariable(Argument)!;
        using var inner = KilledPlace.Open(place);
        using var database = new DyingDatabase(inner, steps);
        var registry = new ModelRegistry(database);
        await registry.GetAliasesAsync("delay");
        if (Environment.GetEnvironmentVariable(Kind) == "move")
        {
            await using var lease = await inner.AcquireLeaseAsync(argument, TimeSpan.FromMinutes(1));
            var change = Change(long.Parse(argument.Split('/')[1], System.Globalization.CultureInfo.InvariantCulture));
            change.Lease = lease;
            steps.IsArmed = true;
            await registry.SetAliasAsync(change);
        }
        else
        {
            using var dispatcher = new WebhookDispatcher(database, Options(argument, steps.Take));
            steps.IsArmed = true;
            await dispatcher.DeliverDueAsync();
        }

        steps.IsArmed = false;
    }
}
