using System;

namespace Cim.Vulkan.Graph;

/// <summary>A rule for first values: a pure function of seed and parameter name, so that every machine starts alike.</summary>
public sealed class Initializer
{
    private readonly Func<ulong, uint, uint, float> _value;

    private Initializer(string description, Func<ulong, uint, uint, float> value)
    {
        Description = description;
        _value = value;
    }

    /// <summary>The rule in words, such as <c>normal(std=0.02)</c>.</summary>
    public string Description { get; }

    /// <summary>All zeros.</summary>
    public static Initializer Zeros { get; } = Constant(0f);

    /// <summary>All ones.</summary>
    public static Initializer Ones { get; } = Constant(1f);

    /// <summary>One value everywhere.</summary>
    /// <param name="value">The value.</param>
    public static Initializer Constant(float value) => new($"constant({value})", (_, _, _) => value);

    /// <summary>Every value within the limit is as likely.</summary>
    /// <param name="limit">Largest absolute value.</param>
    public static Initializer Uniform(float limit) =>
        new($"uniform(limit={limit})", (seed, stream, index) => limit * ((2f * (float)Philox.ToUnit(Philox.Draw(seed, index, 0, 0, stream).Item1)) - 1f));

    /// <summary>Normal distribution around 0.</summary>
    /// <param name="standardDeviation">Standard deviation.</param>
    public static Initializer Normal(float standardDeviation) =>
        new($"normal(std={standardDeviation})", (seed, stream, index) => standardDeviation * StandardNormal(seed, stream, index, 0));

    /// <summary>Normal distribution around 0 without the tails: a value outside is drawn again.</summary>
    /// <param name="standardDeviation">Standard deviation before the cut.</param>
    /// <param name="limit">Largest absolute value.</param>
    public static Initializer TruncatedNormal(float standardDeviation, float limit) =>
        new($"truncated_normal(std={standardDeviation}, limit={limit})", (seed, stream, index) =>
        {
            for (uint attempt = 0; attempt < 64; attempt++)
            {
                float value = standardDeviation * StandardNormal(seed, stream, index, attempt);
                if (Math.Abs(value) <= limit) return value;
            }
            return 0f;
        });

    /// <summary>This rule with every value multiplied.</summary>
    /// <param name="factor">The factor.</param>
    public Initializer Scaled(float factor) => new($"{Description} * {factor}", (seed, stream, index) => factor * _value(seed, stream, index));

    /// <summary>Fills a parameter's values, or a part of them; parts may be filled side by side.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="name">The parameter's name, which keys its random stream.</param>
    /// <param name="values">All elements, or those of the part.</param>
    /// <param name="first">Index of the part's first element.</param>
    public void Fill(ulong seed, string name, Span<float> values, int first = 0)
    {
        uint stream = HashOf(name);
        for (int i = 0; i < values.Length; i++) values[i] = _value(seed, stream, (uint)(first + i));
    }

    private static float StandardNormal(ulong seed, uint stream, uint index, uint attempt)
    {
        (uint x, uint y, _, _) = Philox.Draw(seed, index, attempt, 0, stream);
        double radius = Math.Sqrt(-2.0 * Math.Log(Philox.ToUnit(x)));
        return (float)(radius * Math.Cos(2.0 * Math.PI * Philox.ToUnit(y)));
    }

    // FNV-1a: string.GetHashCode differs from process to process.
    private static uint HashOf(string name)
    {
        uint hash = 2166136261;
        foreach (char character in name) hash = unchecked((hash ^ character) * 16777619);
        return hash;
    }
}
