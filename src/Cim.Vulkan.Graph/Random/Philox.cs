namespace Cim.Vulkan.Graph;

/// <summary>
/// Philox4x32-10, the counter-based generator of Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).
/// A pure function of key and counter, so every draw can be repeated in any order, on any device.
/// </summary>
public static class Philox
{
    private const uint MultiplierA = 0xD2511F53, MultiplierB = 0xCD9E8D57;
    private const uint WeylA = 0x9E3779B9, WeylB = 0xBB67AE85;

    /// <summary>Four random words for one counter.</summary>
    /// <param name="key">64-bit key: the seed.</param>
    /// <param name="counter0">Lowest counter word; by custom the element.</param>
    /// <param name="counter1">Second counter word.</param>
    /// <param name="counter2">Third counter word; by custom the step or epoch.</param>
    /// <param name="counter3">Highest counter word; by custom the stream.</param>
    public static (uint X, uint Y, uint Z, uint W) Draw(ulong key, uint counter0, uint counter1, uint counter2, uint counter3)
    {
        unchecked
        {
            uint keyLow = (uint)key, keyHigh = (uint)(key >> 32);
            for (int round = 0; round < 10; round++)
            {
                ulong productA = (ulong)MultiplierA * counter0, productB = (ulong)MultiplierB * counter2;
                (counter0, counter1, counter2, counter3) =
                    ((uint)(productB >> 32) ^ counter1 ^ keyLow, (uint)productB, (uint)(productA >> 32) ^ counter3 ^ keyHigh, (uint)productA);
                keyLow += WeylA;
                keyHigh += WeylB;
            }
            return (counter0, counter1, counter2, counter3);
        }
    }

    /// <summary>A word as a number in (0, 1): never 0, never 1, so its logarithm is finite.</summary>
    /// <param name="word">Random bits.</param>
    public static float ToUnit(uint word) => ((word >> 9) + 0.5f) * (1f / 8388608f);
}
