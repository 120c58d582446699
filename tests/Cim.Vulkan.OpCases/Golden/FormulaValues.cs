using System;
using System.Linq;
using System.Text.Json;
using System.Text.RegularExpressions;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.OpCases;

/// <summary>
/// Values of models too large to be stored: an integer hash of name and index, spread evenly, which <c>Formula</c> of <c>make_golden.py</c> computes to the
/// same bits. See <c>tests/golden/README.md</c>.
/// </summary>
public sealed class FormulaValues
{
    private readonly int _salt;
    private readonly JsonElement _inputs;

    private FormulaValues(JsonElement formula)
    {
        _salt = formula.GetProperty("salt").GetInt32();
        _inputs = formula.GetProperty("inputs");
    }

    /// <summary>The formula of a golden file, or null where it stores its values.</summary>
    /// <param name="config">The file's configuration.</param>
    public static FormulaValues? Of(JsonElement config) => config.TryGetProperty("formula", out JsonElement formula) ? new FormulaValues(formula) : null;

    /// <summary>Shape of an input that the formula gives, or null where the file stores it.</summary>
    /// <param name="name">The name behind <c>input.</c></param>
    public Shape? InputShape(string name) =>
        _inputs.TryGetProperty(name, out JsonElement shape) ? new Shape(shape.EnumerateArray().Select(length => length.GetInt32()).ToArray()) : null;

    /// <summary>All elements of a tensor.</summary>
    /// <param name="name">With its first word, such as <c>param.conv1.weight</c>.</param>
    /// <param name="shape">Axis lengths.</param>
    public float[] Values(string name, Shape shape)
    {
        (double mean, double deviation) = Distribution(name, shape);
        bool isNormBias = IsBatchNorm(name) && name.EndsWith("bias", StringComparison.Ordinal);
        uint hash = HashOf($"{_salt}/{name}");
        double range = deviation * Math.Sqrt(12.0);
        var values = new float[shape.Count];
        for (int i = 0; i < values.Length; i++)
        {
            double value = mean + (range * ((Mixed(unchecked(((uint)i * 2654435769u) + hash)) >> 8) / 16777216.0 - 0.5));
            if (isNormBias) value = (i % 8) switch { 0 => value - 1.0, 1 or 2 => -value, _ => value };
            values[i] = (float)value;
        }
        return values;
    }

    private static (double Mean, double Deviation) Distribution(string name, Shape shape)
    {
        string last = name[(name.LastIndexOf('.') + 1)..];
        if (IsBatchNorm(name)) return last == "weight" ? (0.3, 0.03) : (1.0, 0.1);
        if (last == "running_var") return (1.0, 0.3);
        if (last == "running_mean") return (0.0, 0.3);
        if (name.StartsWith("input.", StringComparison.Ordinal)) return (0.0, 1.0);
        if (last.StartsWith("gamma_", StringComparison.Ordinal)) return (0.1, 0.03);
        if (last is "cls_token" or "mask_token" or "pos_embed" or "relative_position_bias_table") return (0.0, 0.5);
        if (shape.Rank == 1) return (last == "weight" ? 1.0 : 0.0, 0.2);
        return (0.0, WeightGain(name) / Math.Sqrt(shape.Count / shape[0]));
    }

    // Larger where a discrete VAE divides the branch by the number of its layers squared, and where flat logits would hide a wrong token.
    private static double WeightGain(string name) =>
        name.Contains("res_path", StringComparison.Ordinal) ? 2.0 : name.EndsWith(".w", StringComparison.Ordinal) && !name.Contains("id_path", StringComparison.Ordinal) ? 3.0 : 1.0;

    private static bool IsBatchNorm(string name) => Regex.IsMatch(name, @"\.(bn\d|downsample\.1)\.(weight|bias)$");

    private static uint Mixed(uint x)
    {
        x = unchecked((x ^ (x >> 16)) * 0x85EBCA6Bu);
        x = unchecked((x ^ (x >> 13)) * 0xC2B2AE35u);
        return x ^ (x >> 16);
    }

    // FNV-1a of the ASCII characters.
    private static uint HashOf(string text) => text.Aggregate(2166136261u, (hash, character) => unchecked((hash ^ character) * 16777619u));
}
