using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace Workflow.Training.LightGbm.Native;

/// <summary>LightGBM's C functions, as <c>c_api.h</c> of 4.7 declares them. Every result goes through <see cref="NativeCall.Check"/>.</summary>
/// <remarks>Call <see cref="LightGbmLibrary.Load"/> before the first of them. Texts are UTF-8.</remarks>
internal static unsafe partial class LightGbmApi
{
    internal const string Library = "lib_lightgbm";
    internal const int Float32 = 0;
    internal const int Float64 = 1;
    internal const int PredictNormal = 0;
    internal const int PredictRaw = 1;
    internal const int PredictLeaf = 2;

    [LibraryImport(Library, EntryPoint = "LGBM_GetLastError")]
    internal static partial byte* GetLastError();

    [LibraryImport(Library, EntryPoint = "LGBM_GetSampleCount", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int GetSampleCount(int rows, string parameters, out int count);

    [LibraryImport(Library, EntryPoint = "LGBM_SampleIndices", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SampleIndices(int rows, string parameters, int* indices, out int count);

    [LibraryImport(Library, EntryPoint = "LGBM_DatasetCreateFromSampledColumn", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int DatasetCreateFromSampledColumn(
        double** values, int** indices, int columns, int* valuesPerColumn, int sampleRows, int localRows, long totalRows, string parameters, out DatasetHandle dataset);

    [LibraryImport(Library, EntryPoint = "LGBM_DatasetCreateByReference")]
    internal static partial int DatasetCreateByReference(DatasetHandle reference, long rows, out DatasetHandle dataset);

    [LibraryImport(Library, EntryPoint = "LGBM_DatasetPushRows")]
    internal static partial int DatasetPushRows(DatasetHandle dataset, void* rowMajor, int type, int rows, int columns, int firstRow);

    [LibraryImport(Library, EntryPoint = "LGBM_DatasetSetField", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int DatasetSetField(DatasetHandle dataset, string field, float* values, int count, int type);

    [LibraryImport(Library, EntryPoint = "LGBM_DatasetSetFeatureNames")]
    internal static partial int DatasetSetFeatureNames(
        DatasetHandle dataset, [MarshalUsing(typeof(ArrayMarshaller<string, nint>)), MarshalUsing(typeof(Utf8StringMarshaller), ElementIndirectionDepth = 1)] string[] names, int count);

    [LibraryImport(Library, EntryPoint = "LGBM_DatasetFree")]
    internal static partial int DatasetFree(nint dataset);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterCreate", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int BoosterCreate(DatasetHandle train, string parameters, out BoosterHandle booster);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterAddValidData")]
    internal static partial int BoosterAddValidData(BoosterHandle booster, DatasetHandle validation);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterUpdateOneIter")]
    internal static partial int BoosterUpdateOneIter(BoosterHandle booster, out int isFinished);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterGetEvalCounts")]
    internal static partial int BoosterGetEvalCounts(BoosterHandle booster, out int count);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterGetEval")]
    internal static partial int BoosterGetEval(BoosterHandle booster, int dataset, out int count, double* values);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterSaveModelToString")]
    internal static partial int BoosterSaveModelToString(
        BoosterHandle booster, int firstIteration, int iterations, int importance, long capacity, out long length, byte* text);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterLoadModelFromString")]
    internal static partial int BoosterLoadModelFromString(byte* text, out int iterations, out BoosterHandle booster);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterFree")]
    internal static partial int BoosterFree(nint booster);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterPredictForMatSingleRowFastInit", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int RowPredictorCreate(
        BoosterHandle booster, int kind, int firstIteration, int iterations, int type, int columns, string parameters, out RowPredictorHandle predictor);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterPredictForMatSingleRowFast")]
    internal static partial int RowPredictorPredict(RowPredictorHandle predictor, void* row, out long count, double* values);

    [LibraryImport(Library, EntryPoint = "LGBM_FastConfigFree")]
    internal static partial int RowPredictorFree(nint predictor);
}
