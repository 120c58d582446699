using System;

namespace Cim.Vulkan.Graph;

/// <summary>What updates of a parameter set have in common: their checks and the scales of their parameters.</summary>
internal static class UpdateChecks
{
    public static void Operands(string op, Tensor gradients, Tensor norm, Tensor chunkScales, Tensor values)
    {
        if (gradients.Shape != values.Shape) throw Mismatch(op, $"gradients must be {values.Shape} to match the values, got {gradients.Shape}");
        if (norm.Count != 1) throw Mismatch(op, $"the norm must have one element, got {norm.Shape}");
        if (chunkScales.Count * ParameterSet.AlignmentElements != values.Count * 2)
            throw Mismatch(op, $"chunk scales must be [{values.Count / ParameterSet.AlignmentElements}, 2], got {chunkScales.Shape}");
    }

    public static void Beta(string op, string name, double beta)
    {
        if (!(beta > 0.0 && beta < 1.0)) throw Mismatch(op, $"{name} must lie between 0 and 1, got {beta}");
    }

    public static void Positive(string op, string name, double value)
    {
        if (!(value > 0.0)) throw Mismatch(op, $"{name} must be positive, got {value}");
    }

    public static void NotNegative(string op, string name, double value)
    {
        if (!(value >= 0.0)) throw Mismatch(op, $"{name} must not be negative, got {value}");
    }

    // Scales of learning rate and weight decay of each chunk, [paddedCount / 64, 2].
    public static Tensor ChunkScales(TensorGraph graph, ParameterSet parameters, Func<Parameter, float>? rateScale)
    {
        float[] scales = parameters.ChunkScales(rateScale);
        return graph.Constant<float>($"{parameters.Name}.chunk_scales", new Shape(scales.Length / 2, 2), scales);
    }

    private static ArgumentException Mismatch(string op, string message) => new($"{op}: {message}");
}
