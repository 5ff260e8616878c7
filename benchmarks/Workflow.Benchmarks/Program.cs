using BenchmarkDotNet.Running;
using Workflow.Benchmarks.Data;
using Workflow.Benchmarks.Features;

// Whole pushes and restores are measured in CPU seconds beside other programs, not as micro-benchmarks.
if (args is ["chunks", .. var figures])
{
    await ChunkStoreFigures.RunAsync(figures);
}
else if (args is ["join", .. var join])
{
    await JoinFigures.RunAsync(join);
}
else if (args is ["backfill", .. var backfill])
{
    await BackfillFigures.RunAsync(backfill);
}
else if (args is ["online", .. var online])
{
    await OnlineStoreFigures.RunAsync(online);
}
else if (args is ["stream", .. var stream])
{
    await StreamFigures.RunAsync(stream);
}
else if (args is ["equality", .. var equality])
{
    await EqualityFigures.RunAsync(equality);
}
else
{
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
}
