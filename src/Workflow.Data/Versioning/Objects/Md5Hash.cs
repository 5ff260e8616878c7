using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;

namespace Workflow.Data.Versioning.Objects;

/// <summary>An MD5, the identity that DVC gives to content. Not a guarantee against forgery.</summary>
internal readonly record struct Md5Hash(UInt128 Value)
{
    internal const int HexLength = 32;
    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    public static Md5Hash FromBytes(ReadOnlySpan<byte> hash) => new(BinaryPrimitives.ReadUInt128BigEndian(hash));

    /// <summary>Accepts exactly 32 lower-case hexadecimal digits.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Md5Hash hash)
    {
        hash = default;
        if (text.Length != HexLength || text.ContainsAnyExcept(LowerHex))
        {
            return false;
        }

        hash = new Md5Hash(UInt128.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
        return true;
    }

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Value);
        return Convert.ToHexStringLower(bytes);
    }

    /// <summary>Writes the 32 digits as ASCII.</summary>
    public void WriteHex(Span<byte> digits)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Value);
        Convert.TryToHexStringLower(bytes, digits, out _);
    }
}
