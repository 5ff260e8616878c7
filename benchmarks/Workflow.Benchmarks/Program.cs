using BenchmarkDotNet.Running;
using Workflow.Benchmarks.Data;

// Whole pushes and restores are measured in CPU seconds beside other programs, not as micro-benchmarks.
if (args is ["chunks", .. var figures])
{
    await ChunkStoreFigures.RunAsync(figures);
}
else
{
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
}
