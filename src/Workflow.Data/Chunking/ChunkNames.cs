using System.Text;

namespace Workflow.Data.Chunking;

/// <summary>The rule of <see cref="Storage.IBlobStore"/> for names, also for those read from manifests.</summary>
internal static class ChunkNames
{
    public static bool IsValid(string name)
    {
        if (name.Length == 0 || Encoding.UTF8.GetByteCount(name) > 1024)
        {
            return false;
        }

        var start = 0;
        for (var i = 0; i <= name.Length; i++)
        {
            if (i < name.Length && name[i] != '/')
            {
                var isLoneSurrogate = char.IsSurrogate(name[i]) && !char.IsSurrogatePair(name, char.IsHighSurrogate(name[i]) ? i : Math.Max(i - 1, 0));
                if (char.IsControl(name[i]) || name[i] == '\\' || isLoneSurrogate)
                {
                    return false;
                }

                continue;
            }

            if (name.AsSpan(start, i - start) is "" or "." or "..")
            {
                return false;
            }

            start = i + 1;
        }

        return true;
    }

    public static void Check(string name, string parameter)
    {
        ArgumentNullException.ThrowIfNull(name, parameter);
        if (!IsValid(name))
        {
            throw new ArgumentException(
                $"'{name}' is no name of a blob: expected 1 to 1,024 bytes of UTF-8 in parts divided by '/', none of them empty, '.' or '..', without backslashes and control characters.",
                parameter);
        }
    }
}
