using CsCheck;
using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Versioning;

public sealed class Md5LanesTests
{
    [Fact]
    public void Agrees_with_one_message_at_a_time() =>
        Gen.Byte.Array[0, 400].Array[1, Md5Lanes.Lanes].Sample(static messages => Check(messages));

    [Fact]
    public void Agrees_at_every_length_around_the_edges_of_blocks()
    {
        for (var length = 0; length < 200; length++)
        {
            Check([new byte[length], new byte[200 - length], new byte[length + 1]]);
        }
    }

    private static void Check(byte[][] messages)
    {
        var hashes = new Md5Hash[messages.Length];
        Md5Lanes.Hash(messages.Select(static m => (ReadOnlyMemory<byte>)m).ToArray(), hashes);
        Assert.Equal(messages.Select(static m => FileHasher.Hash(m)), hashes);
    }
}
