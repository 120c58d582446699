using System;

namespace Cim.Vulkan.Data;

/// <summary>
/// A short sequence of random numbers that is a pure function of (seed, purpose, epoch, index). Mutable: pass it by reference.
/// The Philox key is the seed; the counter is (block, index, epoch, purpose).
/// </summary>
public struct RandomSequence
{
    private readonly uint _keyLow, _keyHigh, _index, _epoch, _purpose;
    private uint _block;
    private (uint X, uint Y, uint Z, uint W) _words;
    private int _used;

    /// <summary>Starts the sequence of (seed, purpose, epoch, index) at its first number.</summary>
    public RandomSequence(ulong seed, RandomPurpose purpose, int epoch, int index)
    {
        (_keyLow, _keyHigh) = ((uint)seed, (uint)(seed >> 32));
        (_index, _epoch, _purpose) = ((uint)index, (uint)epoch, (uint)purpose);
        _used = 4;
    }

    /// <summary>The next 32 random bits.</summary>
    public uint NextUInt32()
    {
        if (_used == 4)
        {
            _words = Philox4x32.Block(_block++, _index, _epoch, _purpose, _keyLow, _keyHigh);
            _used = 0;
        }

        return _used++ switch { 0 => _words.X, 1 => _words.Y, 2 => _words.Z, _ => _words.W };
    }

    /// <summary>A uniform number in [0, 1) with 53 random bits.</summary>
    public double NextDouble()
    {
        var high = (ulong)NextUInt32() << 32;
        return ((high | NextUInt32()) >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>A uniform number between <paramref name="minimum"/> and <paramref name="maximum"/>.</summary>
    public double NextDouble(double minimum, double maximum) => minimum + (maximum - minimum) * NextDouble();

    /// <summary>A uniform integer in [0, <paramref name="bound"/>), without bias (Lemire's multiply and reject).</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bound"/> is not positive.</exception>
    public int NextInt(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        var range = (uint)bound;
        var product = (ulong)NextUInt32() * range;
        if ((uint)product < range)
        {
            var threshold = (0u - range) % range;
            while ((uint)product < threshold) product = (ulong)NextUInt32() * range;
        }

        return (int)(product >> 32);
    }
}
