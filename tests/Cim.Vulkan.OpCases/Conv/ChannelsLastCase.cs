using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.OpCases.Conv;

/// <summary>
/// Two convolutions with what stands between them in convolutional networks, and all their gradients; the tensors in between lie channels last in 16 bits.
/// Operands are -1, 0 and 1: every value and gradient on the way is a whole number, or a quarter of one, below 256, which even bf16 holds. So the
/// chains agree with float64 to the last bit, and a wrong channel or place cannot hide behind rounding. Of equal elements the first is the maximum.
/// </summary>
public sealed class ChannelsLastCase : IOpCases
{
    private readonly record struct Chain(string Between, int Batch, int In, int Hidden, int Out, int Height, int Width, int Kernel, int Stride)
    {
        public int Padding => Kernel / 2;

        public Conv2dCase.Size First => new(Batch, In, Hidden, Height, Width, Kernel, Stride, Padding);

        public Conv2dCase.Size Inner => new(Batch, Hidden, Hidden, First.OutHeight, First.OutWidth, IsSpatial ? 3 : 1, 1, IsSpatial ? 1 : 0);

        private bool IsSpatial => Between is "residual" or "fused residual";

        public override string ToString() => $"{Between} {Batch}x{In}x{Height}x{Width} to {Hidden} to {Out} kernel {Kernel} stride {Stride}";
    }

    /// <inheritdoc/>
    public IEnumerable<OpCase> Cases()
    {
        var chains = new List<Chain>
        {
            new("relu", 2, 3, 4, 5, 6, 7, 3, 1), new("relu", 1, 4, 8, 4, 9, 8, 3, 1), new("relu", 3, 5, 12, 8, 6, 6, 1, 1), new("relu", 2, 3, 6, 4, 6, 6, 3, 1),
            new("max_pool", 3, 5, 12, 8, 6, 6, 1, 1), new("pointwise", 3, 5, 12, 8, 6, 6, 1, 1),
        };
        foreach (string between in new[] { "relu", "max_pool", "overlapping max_pool", "average_pool", "upsample", "residual", "fused residual", "fused pointwise residual", "pointwise" })
            chains.Add(new Chain(between, 2, 8, 36, 6, 9, 11, 3, 2));
        foreach (Chain chain in chains)
            foreach (Precision precision in new[] { Precision.Float16, Precision.BFloat16 })
                yield return Case(chain).On(precision);
    }

    private static OpCase Case(Chain c)
    {
        Shape output = new ChannelsLastReference(c.Between, c.First, c.Inner, c.Out, c.Kernel).Output;
        var operands = new List<CaseInput>
        {
            Signs("x", new Shape(c.Batch, c.In, c.Height, c.Width)), Signs("first", new Shape(c.Hidden, c.In, c.Kernel, c.Kernel)), Signs("bias", new Shape(c.Hidden)),
            Signs("second", new Shape(c.Out, c.Hidden, c.Kernel, c.Kernel)), Signs("grad", output),
        };
        if (HasInner(c)) operands.Add(Signs("inner", new Shape(c.Hidden, c.Hidden, c.Inner.Kernel, c.Inner.Kernel)));
        return new OpCase("conv2d_chain", c.ToString(), operands, tensors => Build(c, tensors),
            values => new ChannelsLastReference(c.Between, c.First, c.Inner, c.Out, c.Kernel).Run(values))
        {
            IsExact = true,
            GradientTolerance = 0,
        };
    }

    private static Tensor[] Build(Chain c, Tensor[] tensors)
    {
        Tensor hidden = tensors[0].Conv2d(tensors[1], tensors[2], c.Stride, c.Padding);
        Tensor between = c.Between switch
        {
            "max_pool" => hidden.MaxPool2d(2, 2),
            "overlapping max_pool" => hidden.MaxPool2d(3, 2, 1),
            "average_pool" => hidden.AveragePool2d(2, 2),
            "upsample" => hidden.UpsampleNearest(2),
            "residual" => hidden.Add(hidden.Relu().Conv2d(tensors[5], padding: 1)),
            "fused residual" => hidden.Relu().Conv2d(tensors[5], padding: 1, residual: hidden),
            "fused pointwise residual" => hidden.Relu().Conv2d(tensors[5], residual: hidden),
            "pointwise" => hidden.Relu().Conv2d(tensors[5]),
            _ => hidden.Relu(),
        };
        Tensor output = between.Conv2d(tensors[3], null, 1, c.Padding);
        Tensor[] sources = HasInner(c) ? new[] { tensors[0], tensors[1], tensors[2], tensors[3], tensors[5] } : tensors.Take(4).ToArray();
        return Gradients.Of(output.Multiply(tensors[4]).SumAll(), sources).Prepend(output).ToArray();
    }

    private static bool HasInner(Chain c) => c.Between is "pointwise" || c.Between.EndsWith("residual", StringComparison.Ordinal);

    private static CaseInput Signs(string name, Shape shape) => CaseInput.Uniform(name, shape, -1.5f, 1.5f, differentiated: false).Select(MathF.Round);
}
