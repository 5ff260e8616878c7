using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Workflow.Data.Registry;
using Workflow.Inference.Scoring;

namespace Workflow.Inference.Serving;

/// <summary>The models that a program serves, by name.</summary>
/// <remarks>
/// Safe for concurrent use. A generic host starts it: native library probed, every model loaded, warmed up and checked before requests
/// come in. A program without one calls <see cref="StartAsync"/> itself. A model whose version is not in the registry yet is no error: it
/// stays "not ready" until <see cref="ServedModel.SwapAsync"/> loads one.
/// </remarks>
public sealed class ModelHost : IHostedService, IDisposable
{
    private readonly ImmutableDictionary<string, ServedModel> _models;
    private readonly ServingDependencies _dependencies;

    internal ModelHost(IEnumerable<KeyValuePair<string, ServedModelOptions>> models, ServingDependencies dependencies)
    {
        _dependencies = dependencies;
        Models = [.. models.Select(m => new ServedModel(m.Key, m.Value, dependencies))];
        _models = Models.ToImmutableDictionary(m => m.Name, StringComparer.Ordinal);
    }

    /// <summary>Gets the models, in the order in which they were added.</summary>
    public ImmutableArray<ServedModel> Models { get; }

    /// <summary>Gets whether every model is ready.</summary>
    public bool IsReady => Models.All(m => m.IsReady);

    /// <summary>Finds a model.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="ModelNotServedException">There is none; lists those that there are.</exception>
    public ServedModel Get(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _models.TryGetValue(name, out var model) ? model : throw new ModelNotServedException(name, [.. Models.Select(m => m.Name)]);
    }

    /// <summary>Loads every model that is not loaded yet.</summary>
    /// <param name="cancellationToken">Observed between models.</param>
    /// <exception cref="PlatformNotSupportedException">ONNX Runtime's native library does not load on this machine; says what to add.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        OnnxRuntimeLibrary.Probe();
        foreach (var model in Models.Where(m => !m.IsReady))
        {
            if (!model.HasSource)
            {
                _dependencies.Logger.ModelNotThere(model.Name, "it has no source; SwapAsync loads one");
                continue;
            }

            try
            {
                await model.LoadInitialAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (ModelNotFoundException fault)
            {
                _dependencies.Logger.ModelNotThere(model.Name, fault.Message);
            }
        }
    }

    /// <summary>Does nothing: requests that run may still need the models, which are freed with the host.</summary>
    /// <param name="cancellationToken">Not observed.</param>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Frees every model as soon as its last call has left.</summary>
    public void Dispose()
    {
        foreach (var model in Models)
        {
            model.Close();
        }
    }
}
