using Workflow.Training.LightGbm.Boosting;

namespace Workflow.Training.LightGbm.Tests.Boosting;

public sealed class TrainingThreadTests
{
    // Found by killing and rerunning the sample: the thread had ended, and disposing its owner threw.
    [Fact]
    public async Task Letting_go_after_the_thread_has_ended_does_nothing()
    {
        for (var i = 0; i < 200; i++)
        {
            using var thread = new TrainingThread();
            Assert.Equal(i, await thread.RunAsync(() => i, TestContext.Current.CancellationToken));
            var ended = new TaskCompletionSource();
            thread.End(ended.SetResult);
            await ended.Task;
            await Task.Yield();
            thread.Dispose();
        }
    }
}
