using Microsoft.Win32.SafeHandles;

namespace Workflow.Data.Tables;

/// <summary>Opens the files that tables are read from.</summary>
internal static class TableFile
{
    public static SafeFileHandle Open(string path)
    {
        Require(path);
        return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.Asynchronous);
    }

    public static FileStream OpenStream(string path)
    {
        Require(path);
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 1 << 16, FileOptions.Asynchronous | FileOptions.SequentialScan);
    }

    private static void Require(string path)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException(
                Directory.Exists(path) ? $"'{path}' is a folder; name a file of rows in it." : $"There is no file '{path}'. Check the path; a relative one starts at '{Directory.GetCurrentDirectory()}'.",
                path);
        }
    }
}
