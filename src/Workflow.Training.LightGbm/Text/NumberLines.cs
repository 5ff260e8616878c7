using System.Globalization;

namespace Workflow.Training.LightGbm.Text;

/// <summary>Reads lines of numbers.</summary>
/// <remarks>Nothing is allocated that the line's own length does not pay for.</remarks>
internal static class NumberLines
{
    private const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    private delegate bool TryRead<T>(ReadOnlySpan<char> word, out T value);

    /// <summary>Reads one whole number.</summary>
    public static int Integer(KeyedLines lines, string key, int least, int greatest) => Integers(lines, key, 1, least, greatest)[0];

    /// <summary>Reads whole numbers.</summary>
    public static int[] Integers(KeyedLines lines, string key, long count, int least, int greatest)
    {
        var numbers = Read<int>(lines, key, count, TryInteger, "a whole number of 32 bits");
        for (var i = 0; i < numbers.Length; i++)
        {
            if (numbers[i] < least || numbers[i] > greatest)
            {
                throw lines.Fault(key, $"number {i} is '{numbers[i]}', expected a whole number from {least} to {greatest}");
            }
        }

        return numbers;
    }

    /// <summary>Reads words of 32 bits.</summary>
    public static uint[] Bits(KeyedLines lines, string key, long count) => Read<uint>(lines, key, count, TryBits, "a whole number from 0 to 4294967295");

    /// <summary>Reads finite numbers.</summary>
    public static double[] Reals(KeyedLines lines, string key, long count) => Read<double>(lines, key, count, TryReal, "a finite number");

    /// <summary>Reads numbers that may be infinite, but not NaN.</summary>
    public static double[] Limits(KeyedLines lines, string key, long count) => Read<double>(lines, key, count, TryLimit, "a number");

    /// <summary>Reads finite numbers that are not subnormal: LightGBM reads some with std::stod, which throws on these where nobody catches.</summary>
    public static double[] NormalReals(KeyedLines lines, string key, long count) =>
        Read(lines, key, count, static (ReadOnlySpan<char> word, out double value) => TryReal(word, out value) && !double.IsSubnormal(value), "a finite number that is not too small");

    /// <summary>Reads a finite number as LightGBM writes it, which its own reader takes for the same.</summary>
    public static bool TryReal(ReadOnlySpan<char> word, out double value) =>
        double.TryParse(word, Style, CultureInfo.InvariantCulture, out value) && double.IsFinite(value) && (value != 0 || !HasDigits(word));

    /// <summary>Reads a number as LightGBM writes it, infinite ones included.</summary>
    public static bool TryLimit(ReadOnlySpan<char> word, out double value)
    {
        value = word is "inf" ? double.PositiveInfinity : word is "-inf" ? double.NegativeInfinity : 0;
        return value != 0 || TryReal(word, out value);
    }

    /// <summary>Reads a whole number.</summary>
    public static bool TryInteger(ReadOnlySpan<char> word, out int value) => int.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    private static bool TryBits(ReadOnlySpan<char> word, out uint value) => uint.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    // Zero, but written with other digits: too small a number.
    private static bool HasDigits(ReadOnlySpan<char> word)
    {
        var exponent = word.IndexOfAny('e', 'E');
        return (exponent < 0 ? word : word[..exponent]).ContainsAnyInRange('1', '9');
    }

    private static T[] Read<T>(KeyedLines lines, string key, long count, TryRead<T> read, string expected)
    {
        var line = lines.Value(key);
        var numbers = count <= (line.Length + 1L) / 2 ? new T[count] : [];
        var found = 0;
        foreach (var word in new Words(line))
        {
            if (found < numbers.Length && !read(word, out numbers[found]))
            {
                throw lines.Fault(key, $"number {found} is '{Unreadable.Show(word)}', expected {expected}");
            }

            found++;
        }

        return found == count ? numbers : throw lines.Fault(key, $"it has {found} numbers, expected {count}");
    }
}
