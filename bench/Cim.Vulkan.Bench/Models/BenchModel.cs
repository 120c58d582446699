using System;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Bench;

/// <summary>A whole network to be timed.</summary>
/// <param name="Name">Such as <c>vit_b16</c>.</param>
/// <param name="Sizes">What tells it from others of its name, such as <c>224</c>.</param>
/// <param name="Input">Its input for so many pictures; the first picture is the same in every batch.</param>
/// <param name="Declare">Declares the parameters and returns the forward pass.</param>
internal sealed record BenchModel(string Name, string Sizes, Func<int, ModelInput> Input, Func<ParameterSet, Func<Tensor, Tensor>> Declare)
{
    /// <summary>The name of a row.</summary>
    /// <param name="batch">Pictures.</param>
    public string CaseOf(int batch) => $"{Sizes} batch {batch}";
}

/// <summary>The input of a network: pictures, or tokens.</summary>
/// <param name="Shape">Axis lengths, pictures first.</param>
/// <param name="Floats">Pictures in [0, 1]; null for tokens.</param>
/// <param name="Integers">Tokens; null for pictures.</param>
internal sealed record ModelInput(Shape Shape, float[]? Floats, int[]? Integers)
{
    public const string Name = "input";

    public static ModelInput Pictures(int batch, int side)
    {
        var shape = new Shape(batch, 3, side, side);
        return new ModelInput(shape, Uniform(shape), null);
    }

    public static ModelInput Tokens(int batch, int side, int vocabularySize)
    {
        var shape = new Shape(batch, side, side);
        return new ModelInput(shape, null, Array.ConvertAll(Uniform(shape), value => Math.Clamp((int)(value * vocabularySize), 0, vocabularySize - 1)));
    }

    /// <summary>Declares the input.</summary>
    /// <param name="graph">A new graph.</param>
    public Tensor Declare(TensorGraph graph) => graph.Input(Name, Shape, Floats is null ? ElementType.Int32 : ElementType.Float32);

    // A value follows from its place alone, so that a picture does not depend on the batch.
    private static float[] Uniform(Shape shape)
    {
        var values = new float[shape.Count];
        Initializer.Uniform(0.5f).Fill(seed: 29, Name, values);
        for (int i = 0; i < values.Length; i++) values[i] += 0.5f;
        return values;
    }
}
