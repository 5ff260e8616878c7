using System.Buffers.Binary;
using System.Text;

namespace Workflow.Inference.Rollouts;

/// <summary>One thing that a rollout was told, as it lies in the journal. Immutable.</summary>
/// <param name="Kind">One of the constants.</param>
/// <param name="Content">The bytes.</param>
internal sealed record RolloutEntry(string Kind, byte[] Content)
{
    public const string Observations = "observations";
    public const string Fault = "fault";
    public const string Time = "time";

    private const int MaxDetail = 500;
    private const int ObservationSize = 36;

    public static RolloutEntry Of(ReadOnlySpan<ObservedLosses> observations)
    {
        var bytes = new byte[observations.Length * ObservationSize];
        var rest = bytes.AsSpan();
        foreach (ref readonly var observation in observations)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(rest, observation.KeyHash);
            BinaryPrimitives.WriteUInt16LittleEndian(rest[8..], observation.Bucket);
            BinaryPrimitives.WriteUInt16LittleEndian(rest[10..], observation.Metric);
            BinaryPrimitives.WriteInt64LittleEndian(rest[12..], observation.At);
            BinaryPrimitives.WriteDoubleLittleEndian(rest[20..], observation.ChampionLoss);
            BinaryPrimitives.WriteDoubleLittleEndian(rest[28..], observation.ChallengerLoss);
            rest = rest[ObservationSize..];
        }

        return new RolloutEntry(Observations, bytes);
    }

    public static RolloutEntry Of(RolloutFault fault)
    {
        var detail = fault.Detail.Length <= MaxDetail ? fault.Detail : fault.Detail[..MaxDetail];
        return new RolloutEntry(Fault, [.. Moment(fault.At), .. Encoding.UTF8.GetBytes(detail)]);
    }

    public static RolloutEntry Of(DateTimeOffset at) => new(Time, Moment(at));

    /// <summary>Tells a rollout what the entry says.</summary>
    /// <exception cref="InvalidDataException">The entry is damaged.</exception>
    public void ApplyTo(CanaryRollout rollout, int metrics)
    {
        switch (Kind)
        {
            case Observations when Content.Length % ObservationSize == 0:
                var observations = new ObservedLosses[Content.Length / ObservationSize];
                for (var i = 0; i < observations.Length; i++)
                {
                    observations[i] = Read(Content.AsSpan(i * ObservationSize, ObservationSize), metrics);
                }

                rollout.Apply(observations);
                break;
            case Fault when Content.Length >= sizeof(long):
                rollout.ReportFault(new RolloutFault { At = ReadMoment(), Detail = Encoding.UTF8.GetString(Content.AsSpan(sizeof(long))) });
                break;
            case Time when Content.Length == sizeof(long):
                rollout.AdvanceTo(ReadMoment());
                break;
            default:
                throw Damaged();
        }
    }

    private static ObservedLosses Read(ReadOnlySpan<byte> bytes, int metrics)
    {
        var metric = BinaryPrimitives.ReadUInt16LittleEndian(bytes[10..]);
        var champion = BinaryPrimitives.ReadDoubleLittleEndian(bytes[20..]);
        var challenger = BinaryPrimitives.ReadDoubleLittleEndian(bytes[28..]);
        return metric < metrics && (double.IsNaN(champion) || champion is >= 0 and <= 1) && (double.IsNaN(challenger) || challenger is >= 0 and <= 1)
            ? new ObservedLosses(
                BinaryPrimitives.ReadUInt64LittleEndian(bytes),
                BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]),
                (byte)metric,
                BinaryPrimitives.ReadInt64LittleEndian(bytes[12..]),
                champion,
                challenger)
            : throw Damaged();
    }

    private static InvalidDataException Damaged() =>
        new("An entry of the rollout's journal is damaged. Restore the metadata database from a backup, or start a new rollout.");

    private static byte[] Moment(DateTimeOffset at)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, CanaryRollout.ToMicroseconds(at));
        return bytes;
    }

    private DateTimeOffset ReadMoment()
    {
        var microseconds = BinaryPrimitives.ReadInt64LittleEndian(Content);
        return Math.Abs(microseconds) < DateTimeOffset.MaxValue.Ticks / 20
            ? DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond)
            : throw Damaged();
    }
}
