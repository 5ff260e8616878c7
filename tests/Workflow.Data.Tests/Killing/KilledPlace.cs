using Workflow.Data.Metadata;

namespace Workflow.Data.Tests.Killing;

/// <summary>Opens the database that parent and child share.</summary>
internal static class KilledPlace
{
    public static MetadataDatabase Open(string place, TimeProvider? timeProvider = null) => new SqliteMetadataDatabase(place, timeProvider);
}
