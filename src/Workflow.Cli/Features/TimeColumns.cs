using Apache.Arrow.Types;
using Workflow.Data.Tables;

namespace Workflow.Cli.Features;

/// <summary>Finds the column with each row's time.</summary>
internal static class TimeColumns
{
    public static string Find(TableSource rows, string? named)
    {
        if (named is not null)
        {
            return named;
        }

        var times = rows.Schema.FieldsList.Where(static f => f.DataType is TimestampType).Select(static f => f.Name).ToList();
        return times.Contains("event_timestamp") ? "event_timestamp"
            : times.Count == 1 ? times[0]
            : throw new InvalidDataException($"{rows.Describe()} has {(times.Count == 0 ? "no column of times" : $"the times {string.Join(", ", times)}")}: name the column of each row's time with --time.");
    }
}
