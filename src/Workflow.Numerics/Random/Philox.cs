using System.Runtime.CompilerServices;

namespace Workflow.Numerics.Random;

/// <summary>The counter-based random number generator Philox 4×32-10.</summary>
/// <remarks>
/// <para>
/// A draw is a pure function of (seed, purpose, index, position): adding a purpose never shifts the draws of another, and
/// results do not depend on the number of workers or on their order. Bit-equal on every machine.
/// </para>
/// <para>Not thread-safe; create one per stream of draws: it is a small value.</para>
/// <para>Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.</para>
/// </remarks>
public struct Philox
{
    private const uint MultiplierA = 0xD2511F53;
    private const uint MultiplierB = 0xCD9E8D57;
    private const uint WeylA = 0x9E3779B9;
    private const uint WeylB = 0xBB67AE85;

    private readonly uint _key0;
    private readonly uint _key1;
    private readonly ulong _index;
    private ulong _position;
    private PhiloxBlock _block;
    private int _used;

    /// <summary>Starts a stream of draws.</summary>
    /// <param name="seed">The seed that the caller passed or that the result reports.</param>
    /// <param name="purpose">What the draws are for, for example <c>bootstrap</c>. Hashed; streams of different purposes are independent.</param>
    /// <param name="index">Which of many streams of that purpose: a row, a tree, a replicate.</param>
    public Philox(long seed, string purpose, ulong index = 0)
    {
        ArgumentNullException.ThrowIfNull(purpose);
        var key = Mix((ulong)seed ^ Fold(purpose));
        (_key0, _key1, _index, _used) = ((uint)key, (uint)(key >> 32), index, 4);
    }

    /// <summary>Gets the next 32 uniform bits.</summary>
    public uint NextUInt32()
    {
        if (_used == 4)
        {
            _block = Block(new PhiloxBlock((uint)_position, (uint)(_position >> 32), (uint)_index, (uint)(_index >> 32)), _key0, _key1);
            _position++;
            _used = 0;
        }

        return _used++ switch
        {
            0 => _block.V0,
            1 => _block.V1,
            2 => _block.V2,
            _ => _block.V3,
        };
    }

    /// <summary>Gets the next 64 uniform bits.</summary>
    public ulong NextUInt64() => NextUInt32() | ((ulong)NextUInt32() << 32);

    /// <summary>Gets a uniform number in [0, 1), a multiple of 2⁻⁵³.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Gets an unbiased uniform integer in [0, <paramref name="exclusiveMaximum"/>).</summary>
    /// <param name="exclusiveMaximum">At least 1.</param>
    /// <remarks>Lemire's multiplication with rejection: a draw may consume more than one 32-bit output.</remarks>
    public int NextInt32(int exclusiveMaximum)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(exclusiveMaximum, 1);
        var bound = (uint)exclusiveMaximum;
        var product = (ulong)NextUInt32() * bound;
        if ((uint)product < bound)
        {
            var threshold = (0u - bound) % bound;
            while ((uint)product < threshold)
            {
                product = (ulong)NextUInt32() * bound;
            }
        }

        return (int)(product >> 32);
    }

    /// <summary>Encrypts one counter block: the raw function of the paper, for test vectors and vectorised callers.</summary>
    /// <param name="counter">The 128-bit counter.</param>
    /// <param name="key0">The low word of the key.</param>
    /// <param name="key1">The high word of the key.</param>
    public static PhiloxBlock Block(PhiloxBlock counter, uint key0, uint key1)
    {
        var (v0, v1, v2, v3) = (counter.V0, counter.V1, counter.V2, counter.V3);
        for (var round = 0; round < 10; round++)
        {
            var a = (ulong)MultiplierA * v0;
            var b = (ulong)MultiplierB * v2;
            (v0, v1, v2, v3) = ((uint)(b >> 32) ^ v1 ^ key0, (uint)b, (uint)(a >> 32) ^ v3 ^ key1, (uint)a);
            key0 += WeylA;
            key1 += WeylB;
        }

        return new PhiloxBlock(v0, v1, v2, v3);
    }

    // FNV-1a over UTF-16 code units, then a finaliser: stable over processes and machines.
    private static ulong Fold(string purpose)
    {
        var hash = 0xCBF29CE484222325UL;
        foreach (var unit in purpose)
        {
            hash = (hash ^ unit) * 0x100000001B3UL;
        }

        return Mix(hash);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }
}
