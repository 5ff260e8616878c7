using System.Runtime.InteropServices;

namespace Workflow.Training.LightGbm.Tests.Export;

/// <summary>Loads model texts in LightGBM itself and scores rows: the last word on what a text means.</summary>
internal sealed class NativeScorer : IDisposable
{
    private const string Library = "lib_lightgbm";
    private readonly nint _booster;

    public NativeScorer([MarshalAs(UnmanagedType.LPUTF8Str)] string text) => Check(LoadModel(text, out _, out _booster));

    /// <summary>Scores rows given row-major.</summary>
    public double[] Score(double[] rows, int width, int classes)
    {
        var count = rows.Length / width;
        var scores = new double[count * classes];
        Check(Predict(_booster, rows, 1, count, width, 1, 0, 0, -1, "num_threads=1", out var length, scores));
        Assert.Equal(scores.Length, length);
        return scores;
    }

    public void Dispose() => Check(Free(_booster));

    private static void Check(int code) => Assert.True(code == 0, code == 0 ? "" : Marshal.PtrToStringUTF8(LastError()));

    [DllImport(Library, EntryPoint = "LGBM_GetLastError"), DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    private static extern nint LastError();

    [DllImport(Library, EntryPoint = "LGBM_BoosterLoadModelFromString"), DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    private static extern int LoadModel([MarshalAs(UnmanagedType.LPUTF8Str)] string text, out int iterations, out nint booster);

    [DllImport(Library, EntryPoint = "LGBM_BoosterFree"), DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    private static extern int Free(nint booster);

    [DllImport(Library, EntryPoint = "LGBM_BoosterPredictForMat"), DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    private static extern int Predict(nint booster, double[] rows, int dataType, int count, int width, int isRowMajor, int kind, int start, int iterations, [MarshalAs(UnmanagedType.LPUTF8Str)] string parameters, out long length, [Out] double[] scores);
}
