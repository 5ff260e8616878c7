using System.Text;
using CsCheck;
using Workflow.Features.Joins;

namespace Workflow.Features.Tests.Joins;

public sealed class KeyTableTests
{
    [Fact]
    public void Integers_get_the_numbers_of_a_dictionary_whether_close_together_or_not() =>
        Gen.Select(Gen.OneOf(Gen.Long[-20, 20], Gen.Long[0, 500_000], Gen.Long).Array[0, 400], Gen.OneOf(Gen.Long[-20, 20], Gen.Long).Array[0, 100], Gen.Int[0, 100_000], Gen.Bool).Sample((keys, others, expected, seals) =>
        {
            var table = new KeyTable();
            var numbers = new Dictionary<long, int>();
            var half = keys.Length / 2;
            foreach (var block in new[] { keys[..half], keys[half..] })
            {
                var actual = new int[block.Length];
                table.Number(block, actual, add: true, expected);
                Assert.Equal(block.Select(k => numbers.TryGetValue(k, out var n) ? n : numbers[k] = numbers.Count), actual);
                if (seals)
                {
                    table.Seal();
                }
            }

            var found = new int[keys.Length + others.Length];
            table.Number([.. keys, .. others], found, add: false);
            Assert.Equal(keys.Concat(others).Select(k => numbers.GetValueOrDefault(k, KeyIndex.Unknown)), found);
            Assert.Equal(numbers.Count, table.Count);
            Assert.All(others, k => Assert.Equal(numbers.GetValueOrDefault(k, KeyIndex.Unknown), table.Find(k)));
        }, iter: 1000);

    [Fact]
    public void Texts_get_the_numbers_of_a_dictionary() =>
        Gen.Select(Gen.OneOf(Gen.String[Gen.Char['a', 'c'], 0, 3], Gen.String[Gen.Char['a', 'b'], 7, 18]).Array[0, 300], Gen.String[Gen.Char['a', 'c'], 0, 4].Array[0, 50]).Sample((keys, others) =>
        {
            var table = new TextKeyTable();
            var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
            foreach (var key in keys)
            {
                var expected = numbers.TryGetValue(key, out var n) ? n : numbers[key] = numbers.Count;
                Assert.Equal(expected, table.Number(Encoding.UTF8.GetBytes(key), add: true));
            }

            Assert.All(keys.Concat(others), k => Assert.Equal(numbers.GetValueOrDefault(k, KeyIndex.Unknown), table.Number(Encoding.UTF8.GetBytes(k), add: false)));
            Assert.Equal(numbers.Count, table.Count);
        }, iter: 500);
}
