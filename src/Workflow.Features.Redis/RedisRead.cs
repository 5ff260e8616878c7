using System.Buffers;
using System.Runtime.InteropServices;
using StackExchange.Redis;
using Workflow.Features.Online.Stores;
using Workflow.Features.Views;

namespace Workflow.Features.Redis;

/// <summary>Turns the answers of Redis into the rows of one table.</summary>
internal static class RedisRead
{
    /// <param name="wanted">The table.</param>
    /// <param name="part">Where its fields are in an answer.</param>
    /// <param name="answers">One a row; null where none came in time, empty where the row has no key.</param>
    /// <param name="at">The query time.</param>
    public static OnlineRowSet Of(OnlineTableRead wanted, RedisPlan.Part part, RedisValue[]?[] answers, long at)
    {
        var width = wanted.Features.Length;
        var columns = wanted.Schema.FieldsList.Select(f => new OnlineColumn(f.DataType, answers.Length)).ToArray();
        var scratch = new ArrayBufferWriter<byte>(64);
        var readers = columns.Select((c, f) => new FeastValueReader(wanted.Schema.FieldsList[f].DataType, c, scratch)).ToArray();
        var statuses = new FeatureStatus[answers.Length * width];
        var times = new long[answers.Length];
        for (var row = 0; row < answers.Length; row++)
        {
            times[row] = long.MinValue;
            var answer = answers[row];
            var status = answer is null ? FeatureStatus.NotAnswered : answer.Length == 0 ? FeatureStatus.NotFound : Status(wanted, part, answer, at, out times[row]);
            for (var f = 0; f < width; f++)
            {
                statuses[(row * width) + f] = status == FeatureStatus.Present ? Append(readers[f], columns[f], answer![part.First + f]) : status;
                if (status != FeatureStatus.Present)
                {
                    columns[f].AppendNull();
                }
            }
        }

        return new OnlineRowSet
        {
            Values = ImmutableCollectionsMarshal.AsImmutableArray(columns.Select(static c => c.Build()).ToArray()),
            Statuses = statuses,
            EventMicroseconds = times,
        };
    }

    private static FeatureStatus Append(FeastValueReader reader, OnlineColumn column, RedisValue value)
    {
        if (value.IsNull)
        {
            // The row is there, the feature was never written: not by this package.
            column.AppendNull();
            return FeatureStatus.NotFound;
        }

        return reader.Append(((ReadOnlyMemory<byte>)value).Span);
    }

    private static FeatureStatus Status(OnlineTableRead wanted, RedisPlan.Part part, RedisValue[] answer, long at, out long time)
    {
        time = long.MinValue;
        var timeAt = part.First + wanted.Features.Length;
        var stored = answer[timeAt];
        if (stored.IsNull)
        {
            return FeatureStatus.NotFound;
        }

        var bytes = (ReadOnlyMemory<byte>)stored;
        if (!FeastTimestamp.TryRead(bytes.Span, out var moment))
        {
            return FeatureStatus.Invalid;
        }

        // Rows that Feast wrote say nothing of their definition, and were available when they happened.
        var available = moment;
        if (RedisRowWriter.TryReadVersion(((ReadOnlyMemory<byte>)answer[timeAt + 1]).Span, bytes.Span, out var known, out var digest))
        {
            if (!digest.SequenceEqual(part.Digest))
            {
                return FeatureStatus.OtherDefinition;
            }

            available = known;
        }

        var status = wanted.Table.StatusAt(moment, available, at);
        time = status == FeatureStatus.NotFound ? long.MinValue : moment;
        return status;
    }
}
