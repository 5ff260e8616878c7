using Workflow.Numerics.Random;

namespace Workflow.Features.Tests;

internal static class TestRandom
{
    public static T[] Shuffle<T>(IEnumerable<T> items, int seed)
    {
        var shuffled = items.ToArray();
        var random = new Philox(seed, "shuffle");
        for (var i = shuffled.Length - 1; i > 0; i--)
        {
            var j = random.NextInt32(i + 1);
            (shuffled[i], shuffled[j]) = (shuffled[j], shuffled[i]);
        }

        return shuffled;
    }
}
