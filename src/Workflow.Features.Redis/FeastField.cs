using System.Buffers.Binary;
using System.Text;

namespace Workflow.Features.Redis;

/// <summary>The names of the fields of a Feast hash.</summary>
internal static class FeastField
{
    /// <summary>Gives the field of a feature: the hash of its full name, little-endian.</summary>
    public static byte[] OfFeature(string view, string feature)
    {
        var field = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(field, Murmur3.Hash(Encoding.UTF8.GetBytes($"{view}:{feature}")));
        return field;
    }

    /// <summary>Gives the field of a table's event time, which Feast names so.</summary>
    public static byte[] OfTime(string table) => Encoding.UTF8.GetBytes($"_ts:{table}");

    /// <summary>Gives the field of what we know of a row beyond that, which Feast never reads.</summary>
    public static byte[] OfVersion(string table) => Encoding.UTF8.GetBytes($"_wf:{table}");
}
