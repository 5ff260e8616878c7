using Workflow.Data.Metadata;
using Workflow.Data.PostgreSql;

namespace Workflow.Data.Tests.Killing;

/// <summary>Opens the database that parent and child share: a schema, a blank, and a connection string.</summary>
internal static class KilledPlace
{
    public static MetadataDatabase Open(string place, TimeProvider? timeProvider = null)
    {
        var parts = place.Split(' ', 2);
        return new PostgreSqlMetadataDatabase(new PostgreSqlOptions { Schema = parts[0], ConnectionString = parts[1] }, timeProvider: timeProvider);
    }
}
