using Apache.Arrow;
using CsCheck;
using Workflow.Training.LightGbm.Native;
using Workflow.Training.LightGbm.Tests.Export;
using Workflow.Training.LightGbm.Text;

namespace Workflow.Training.LightGbm.Tests.Text;

/// <summary>LightGBM ends the process on damaged texts: that these tests end at all is their point.</summary>
public sealed class NativeSurvivalTests
{
    [Fact]
    public void Whatever_the_reader_lets_through_LightGBM_reads_and_scores()
    {
        var (accepted, refused) = (0, 0);
        DamagedText.Any.Sample(
            text =>
            {
                ModelText model;
                try
                {
                    model = ModelTextReader.Read(text);
                }
                catch (InvalidDataException)
                {
                    Interlocked.Increment(ref refused);
                    return;
                }

                // Once in LightGBM's own words, which say how many scores there are, and once as our models score.
                using var native = new NativeScorer(text);
                Assert.Equal(model.ScoresPerRow, native.Score([.. Enumerable.Repeat(0.5, model.FeatureNames.Length)], model.FeatureNames.Length, model.ScoresPerRow).Length);
                using var loaded = LightGbmModel.From(text, footer: null);
                IArrowArray value = new DoubleArray.Builder().Append(0.5).Build();
                loaded.Predict([.. Enumerable.Repeat(value, model.FeatureNames.Length)], 1, LightGbmApi.PredictNormal, CancellationToken.None);
                Interlocked.Increment(ref accepted);
            },
            iter: 5_000);
        Assert.InRange(accepted, 100, int.MaxValue);
        Assert.InRange(refused, 100, int.MaxValue);
    }
}
