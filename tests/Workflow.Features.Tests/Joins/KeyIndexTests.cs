using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Features.Joins;
using Workflow.Features.Views;

namespace Workflow.Features.Tests.Joins;

public sealed class KeyIndexTests
{
    [Fact]
    public void Dictionary_encoded_text_is_the_same_key_as_plain_text()
    {
        var index = new KeyIndex(new Entity("e", new EntityKey("k")));
        var plain = new StringArray.Builder().Append("b").AppendNull().Append("a").Append("b").Build();
        var encoded = new DictionaryArray(
            new DictionaryType(Int8Type.Default, StringType.Default, false),
            new Int8Array.Builder().Append(2).Append(0).AppendNull().Append(1).Build(),
            new StringArray.Builder().Append("a").Append("new").Append("b").Append("unused").Build());
        Assert.Equal([0, KeyIndex.Null, 1, 0], Number(index, plain, add: true));
        Assert.Equal([0, 1, KeyIndex.Null, KeyIndex.Unknown], Number(index, encoded, add: false));
        Assert.Equal([0, 1, KeyIndex.Null, 2], Number(index, encoded, add: true));
        Assert.Equal(3, index.Count);
    }

    [Fact]
    public void Pairs_are_told_apart_whatever_their_concatenation()
    {
        var index = new KeyIndex(new Entity("e", new EntityKey("a"), new EntityKey("b")));
        using var batch = new RecordBatch(
            new Schema([new Field("a", StringType.Default, true), new Field("b", StringType.Default, true)], null),
            [new StringArray.Builder().Append("a").Append("ab").AppendNull().Append("a").Build(), new StringArray.Builder().Append("bc").Append("c").Append("c").Append("bc").Build()],
            4);
        var numbers = new int[4];
        index.Number(batch, numbers, add: true);
        Assert.Equal([0, 1, KeyIndex.Null, 0], numbers);
    }

    private static int[] Number(KeyIndex index, IArrowArray keys, bool add)
    {
        var batch = new RecordBatch(new Schema([new Field("k", keys.Data.DataType, true)], null), [keys], keys.Length);
        var numbers = new int[keys.Length];
        index.Number(batch, numbers, add);
        return numbers;
    }
}
