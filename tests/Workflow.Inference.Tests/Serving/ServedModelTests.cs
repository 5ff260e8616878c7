using Apache.Arrow;
using Apache.Arrow.Types;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Workflow.Data.Registry;
using Workflow.Data.Storage;
using Workflow.Inference.Rollouts;
using Workflow.Inference.Scoring;
using Workflow.Inference.Serving;
using Workflow.Testing.Inference;

namespace Workflow.Inference.Tests.Serving;

public sealed class ServedModelTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "workflow-serving-" + Guid.NewGuid().ToString("n"));
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2001, 4, 1, 0, 0, 0, TimeSpan.Zero));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Fact]
    public async Task Serves_the_registered_champion_with_its_registered_columns()
    {
        await using var services = Services(b => b.AddModel("delay", m => m.FromRegistry("delay@champion")));
        await RegisterAsync(services, Linear(2), "champion");
        var host = await StartAsync(services);
        var model = host.Get("delay");
        Assert.True(host.IsReady);
        Assert.Equal((1L, "distance"), (model.Champion!.Number, model.Champion.Signature!.Inputs.FieldsList[0].Name));

        ScoreBatch score = model.ScoreAsync;
        using var rows = Distances(1, 2, 3);
        using var scores = await score(rows, Token);
        Assert.Equal([2f, 4f, 6f], ((FloatArray)scores.Column(0)).Values.ToArray());
    }

    [Fact]
    public async Task A_model_that_is_not_registered_yet_is_not_ready_and_no_error()
    {
        await using var services = Services(b => b.AddModel("delay", m => m.FromRegistry("delay@champion")).AddModel("other"));
        var host = await StartAsync(services);
        Assert.False(host.IsReady);
        Assert.Throws<ModelNotReadyException>(() => host.Get("delay").Score([1], new double[1]));
        Assert.Contains("delay, other", Assert.Throws<ModelNotServedException>(() => host.Get("nosuch")).Message, StringComparison.Ordinal);

        await RegisterAsync(services, Linear(2), "champion");
        await host.Get("delay").SwapAsync(ModelSource.FromRegistry("delay@champion"), Token);
        Assert.True(host.Get("delay").IsReady);
    }

    [Fact]
    public async Task A_bad_file_or_a_failing_probe_leaves_production_as_it_was()
    {
        await using var services = Services(b => b.AddModel("m", m =>
        {
            m.Source = ModelSource.FromBytes(Linear(2));
            m.Probe = (scorer, _) => Score(scorer) < 10 ? Task.CompletedTask : throw new InvalidDataException("the probe's score is off");
        }));
        var model = (await StartAsync(services)).Get("m");
        await Assert.ThrowsAsync<InvalidDataException>(() => model.SwapAsync(ModelSource.FromBytes(new byte[100], 2), Token));
        var fault = await Assert.ThrowsAsync<InvalidDataException>(() => model.SwapAsync(ModelSource.FromBytes(Linear(50), 2), Token));
        Assert.Equal("the probe's score is off", fault.Message);
        Assert.Equal((1L, 2.0), (model.Champion!.Number, Score(model)));
    }

    [Fact]
    public async Task The_version_before_comes_back_at_once_while_it_is_warm()
    {
        await using var services = Services(b => b.AddModel("m", m => m.Source = ModelSource.FromBytes(Linear(2))));
        var model = (await StartAsync(services)).Get("m");
        Assert.False(model.Revert());
        await model.SwapAsync(ModelSource.FromBytes(Linear(3), 2), Token);
        Assert.Equal(3, Score(model));
        Assert.True(model.Revert());
        Assert.Equal((1L, 2.0), (model.Champion!.Number, Score(model)));

        await model.SwapAsync(ModelSource.FromBytes(Linear(4), 3), Token);
        _time.Advance(TimeSpan.FromSeconds(31));
        Assert.False(model.Revert());
        Assert.Equal(4, Score(model));
    }

    [Fact]
    public async Task No_call_fails_during_hundreds_of_swaps()
    {
        await using var services = Services(b => b.AddModel("m", m =>
        {
            m.Source = ModelSource.FromBytes(Linear(2));
            m.KeepWarm = TimeSpan.Zero;
        }));
        var model = (await StartAsync(services)).Get("m");
        using var stop = new CancellationTokenSource();
        var calls = 0;
        var callers = Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                Assert.InRange(Score(model), 2, 3);
                Interlocked.Increment(ref calls);
            }
        })).ToArray();
        for (var swap = 0; swap < 300; swap++)
        {
            await model.SwapAsync(ModelSource.FromBytes(Linear(2 + (swap % 2)), swap + 2), Token);
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        await stop.CancelAsync();
        await Task.WhenAll(callers);
        Assert.True(calls > 300, $"only {calls} calls were made");
    }

    [Fact]
    public async Task A_challenger_answers_its_share_and_is_promoted_when_labels_say_so()
    {
        await using var services = Services(b => b.AddModel("m", m => m.Source = ModelSource.FromBytes(Linear(2))));
        var model = (await StartAsync(services)).Get("m");
        await model.BeginRolloutAsync(Plan(Linear(3)), Token);
        await Assert.ThrowsAsync<InvalidOperationException>(() => model.SwapAsync(ModelSource.FromBytes(Linear(9), 9), Token));

        var byArm = new Dictionary<long, int>();
        for (var i = 0; i < 1000; i++)
        {
            var answer = await model.RunAsync(Query("key" + i), Token);
            Assert.Equal(answer.Arm == RolloutArm.Challenger ? 2 : 1, answer.Version);
            byArm[answer.Version] = byArm.GetValueOrDefault(answer.Version) + 1;
        }

        Assert.InRange(byArm[2], 25, 75);

        using var rows = Distances(1);
        using (var shadow = await model.ScoreChallengerAsync(rows, Token))
        {
            Assert.Equal(3f, ((FloatArray)shadow!.Column(0)).GetValue(0));
        }

        var status = model.Rollout!.Status;
        for (var i = 0; status.Phase == RolloutPhase.Running; i++)
        {
            status = await model.ObserveAsync([.. Enumerable.Range(i * 500, 500).Select(row => Observation(row, 0.4, 0.2))], Token);
        }

        Assert.Equal((RolloutPhase.Promoted, 2L), (status.Phase, model.Champion!.Number));
        Assert.Null(model.Rollout);
        Assert.Null(await model.ScoreChallengerAsync(rows, Token));
        Assert.True(model.Revert());
    }

    [Fact]
    public async Task A_challenger_that_fails_is_taken_back_and_its_caller_gets_the_champions_answer()
    {
        await using var services = Services(b => b.AddModel("m", m => m.Source = ModelSource.FromBytes(Linear(2))));
        var model = (await StartAsync(services)).Get("m");
        await model.BeginRolloutAsync(Plan(SmallOnnxModels.Linear([1f], 0f, new SmallModelOptions { Activation = "Log" }), weight: 100), Token);
        var answer = await model.RunAsync(Query("anyone", -1), Token);
        Assert.Equal((1L, RolloutArm.Champion), (answer.Version, answer.Arm));
        Assert.Null(model.Rollout);
        Assert.Null(model.Challenger);
    }

    [Fact]
    public async Task A_restart_goes_on_with_the_rollout()
    {
        await using (var services = Services(b => b.AddModel("m", m => m.Source = ModelSource.FromBytes(Linear(2)))))
        {
            var model = (await StartAsync(services)).Get("m");
            await model.BeginRolloutAsync(Plan(Linear(3)), Token);
            await model.ObserveAsync([.. Enumerable.Range(0, 300).Select(row => Observation(row, 0.4, 0.2))], Token);
        }

        await using (var services = Services(b => b.AddModel("m", m => m.Source = ModelSource.FromBytes(Linear(2)))))
        {
            var model = (await StartAsync(services)).Get("m");
            _time.Advance(TimeSpan.FromDays(3));
            var status = await model.BeginRolloutAsync(Plan(Linear(3)), Token);
            Assert.Equal(300, status.Metrics[0].Comparisons);
        }
    }

    [Fact]
    public void Settings_that_cannot_be_used_are_named()
    {
        using var services = Services(b => b.AddModel("m", m =>
        {
            m.Scorer.Threads = 0;
            m.WarmUpRuns = -1;
        }));
        var fault = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());
        Assert.Equal(2, fault.Failures.Count());
        Assert.Throws<ArgumentException>(() => new ServiceCollection().AddWorkflowInference().AddModel("a/b"));
    }

    private static byte[] Linear(float weight) => SmallOnnxModels.Linear([weight], 0f);

    private static double Score(ServedModel model)
    {
        var scores = new double[1];
        model.Score([1f], scores);
        return scores[0];
    }

    private static double Score(OnnxScorer scorer)
    {
        var scores = new double[1];
        scorer.Score([1f], scores);
        return scores[0];
    }

    private static TensorQuery Query(string key, float value = 1) => new()
    {
        Key = key,
        Inputs = [new TensorValue { Name = "features", DataType = TensorDataType.FP32, Shape = [1, 1], Data = BitConverter.GetBytes(value) }],
    };

    private static RolloutPlan Plan(byte[] challenger, double weight = 5) => new()
    {
        Id = "m/2",
        Challenger = ModelSource.FromBytes(challenger, 2),
        Options = new CanaryOptions { Steps = weight < 100 ? [weight, 100] : [100], MinStepDuration = TimeSpan.FromMinutes(30) },
    };

    private static RolloutObservation Observation(int row, double champion, double challenger) => new()
    {
        Key = "row" + row,
        At = new DateTimeOffset(2001, 4, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(row * 10),
        ChampionLoss = champion,
        ChallengerLoss = challenger,
    };

    private static RecordBatch Distances(params int[] values)
    {
        var fields = new Schema([new Field("features", new FixedSizeListType(new Field("item", FloatType.Default, false), 1), false), new Field("distance", Int32Type.Default, false)], null);
        var child = new FloatArray.Builder().AppendRange(values.Select(v => (float)v)).Build();
        return new RecordBatch(
            fields,
            [new FixedSizeListArray(fields.FieldsList[0].DataType, values.Length, child, ArrowBuffer.Empty, 0, 0), new Int32Array.Builder().AppendRange(values).Build()],
            values.Length);
    }

    private static async Task RegisterAsync(IServiceProvider services, byte[] model, string alias)
    {
        var digest = await services.GetRequiredService<IObjectStore>().PutAsync(new MemoryStream(model), Token);
        var registry = services.GetRequiredService<ModelRegistry>();
        var version = await registry.RegisterAsync(
            new ModelVersionDraft
            {
                Name = "delay",
                Artifact = digest,
                Format = "onnx",
                Signature = new ModelSignature
                {
                    Inputs = new Schema([new Field("distance", Int32Type.Default, false)], null),
                    Outputs = new Schema([new Field("score", FloatType.Default, false)], null),
                },
                CreatedBy = "test",
            },
            Token);
        await registry.SetAliasAsync(new AliasChange { Model = version.Name, Alias = alias, Version = version.Number, Actor = "test", Reason = "test" }, Token);
    }

    private static async Task<ModelHost> StartAsync(ServiceProvider services)
    {
        var host = services.GetRequiredService<ModelHost>();
        await host.StartAsync(Token);
        return host;
    }

    private ServiceProvider Services(Action<InferenceBuilder> configure)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_time);
        services.AddWorkflowData(o => o.Root = _folder);
        configure(services.AddWorkflowInference());
        return services.BuildServiceProvider();
    }
}
