using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Workflow.Training.LightGbm.Native;
using Workflow.Training.Trainers;

namespace Workflow.Training.LightGbm.Tests;

public sealed class LightGbmServicesTests
{
    [Fact]
    public void Is_the_engine_of_a_host()
    {
        var services = new ServiceCollection();
        services.AddWorkflowTraining().UseLightGbm(o => o.Leaves = 15).UseLightGbm();
        using var provider = services.BuildServiceProvider();
        provider.GetRequiredService<IStartupValidator>().Validate();
        var trainer = provider.GetRequiredService<Trainer>();
        Assert.IsType<LightGbmTrainer>(trainer);
        Assert.True(trainer.Capabilities is { AcceptsMissingValues: true, AcceptsCategories: false, IsDeterministic: true, IsExportable: true });
        Assert.Equal(15, provider.GetRequiredService<IOptions<LightGbmOptions>>().Value.Leaves);
    }

    [Fact]
    public void Bad_options_stop_the_host()
    {
        var services = new ServiceCollection();
        services.AddWorkflowTraining().UseLightGbm(o => o.Leaves = 1);
        using var provider = services.BuildServiceProvider();
        var error = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IStartupValidator>().Validate());
        Assert.Contains("Leaves is 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_library_says_what_to_add()
    {
        var missing = LightGbmUnavailableException.For("linux-arm64", Architecture.Arm64, new DllNotFoundException("not found"));
        Assert.Contains("lib_lightgbm", missing.Message, StringComparison.Ordinal);
        Assert.Contains("x64 only", missing.Remedy, StringComparison.Ordinal);
        Assert.NotEmpty(missing.Searched);

        // The file lies beside this test, so what is missing must be OpenMP.
        var noOpenMp = LightGbmUnavailableException.For("linux-x64", Architecture.X64, new DllNotFoundException("libgomp.so.1: cannot open shared object file"));
        Assert.SkipUnless(OperatingSystem.IsLinux(), "libgomp is a matter of Linux");
        Assert.Contains("libgomp1", noOpenMp.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void OpenMp_is_told_to_sleep()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the variable is set through libc on Linux");
        LightGbmLibrary.Load(Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);

        // The C library's environment is what libgomp reads; the runtime's own copy does not have it.
        var expected = Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") ?? "passive";
        Assert.Equal(expected, Marshal.PtrToStringUTF8(GetEnv("OMP_WAIT_POLICY")));
    }

    [DllImport("libc", EntryPoint = "getenv", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern nint GetEnv(string name);
}
