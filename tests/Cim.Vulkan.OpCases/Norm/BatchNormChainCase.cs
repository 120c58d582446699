using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.OpCases.Conv;

namespace Cim.Vulkan.OpCases.Norm;

/// <summary>
/// A norm between two convolutions in 16 bits: what lies in between is channels last in 16 bits. Each rounding of a value loses half a unit of its
/// last place, 2^-12 in fp16 and 2^-9 in bf16.
/// </summary>
public sealed class BatchNormChainCase : IOpCases
{
    private readonly record struct Chain(int Batch, int In, int Hidden, int Out, int Height, int Width, Activation Activation, bool IsGiven)
    {
        public Conv2dCase.Size First => new(Batch, In, Hidden, Height, Width, 3, 1, 1);

        public Conv2dCase.Size Second => new(Batch, Hidden, Out, Height, Width, 1, 1, 0);

        public Shape Between => new(Batch, Hidden, Height, Width);

        public override string ToString() =>
            $"{Batch}x{In}x{Height}x{Width} to {Hidden} to {Out}{(IsGiven ? " given statistics" : "")}{(Activation == Activation.Relu ? " relu" : "")}";
    }

    /// <inheritdoc/>
    public IEnumerable<OpCase> Cases()
    {
        // A value that rounding carries over the kink of a ReLU has another gradient, so there only the outputs are compared.
        Chain[] chains =
        {
            new(3, 3, 8, 4, 5, 6, Activation.None, false), new(3, 3, 8, 4, 5, 6, Activation.Relu, false), new(3, 3, 8, 4, 5, 6, Activation.None, true),
            new(2, 8, 36, 6, 9, 11, Activation.None, false), new(2, 8, 36, 6, 9, 11, Activation.Relu, true), new(17, 4, 4, 4, 3, 3, Activation.None, false),
            new(2, 3, 6, 4, 5, 5, Activation.None, false),
        };
        foreach (Chain chain in chains)
            foreach (Precision precision in new[] { Precision.Float16, Precision.BFloat16 })
                yield return Case(chain).On(precision) with
                {
                    Tolerance = precision == Precision.Float16 ? 3e-3 : 2.4e-2,
                    GradientTolerance = chain.Activation == Activation.Relu ? 0 : precision == Precision.Float16 ? 6e-3 : 4.8e-2,
                };
        foreach (Precision precision in new[] { Precision.Float16, Precision.BFloat16 })
            yield return Residual(new Chain(2, 4, 8, 4, 5, 6, Activation.Relu, false)).On(precision) with { Tolerance = precision == Precision.Float16 ? 3e-3 : 2.4e-2 };
    }

    private static CaseInput[] Operands(Chain c)
    {
        var vector = new Shape(c.Hidden);
        return new[]
        {
            CaseInput.Normal("x", new Shape(c.Batch, c.In, c.Height, c.Width)), CaseInput.Normal("first", new Shape(c.Hidden, c.In, 3, 3), 0.3f),
            CaseInput.Normal("weight", vector, 0.3f, 1f), CaseInput.Normal("bias", vector, 0.3f), CaseInput.Normal("second", new Shape(c.Out, c.Hidden, 1, 1), 0.3f),
            CaseInput.Normal("mean", vector, 0.3f, differentiated: false), CaseInput.Uniform("variance", vector, 0.5f, 2f, differentiated: false),
        };
    }

    private static OpCase Case(Chain c) =>
        new("batch_norm_chain", c.ToString(), Operands(c).Take(c.IsGiven ? 7 : 5).ToArray(),
            tensors =>
            {
                Tensor hidden = tensors[0].Conv2d(tensors[1], null, 1, 1);
                Tensor norm = c.IsGiven ? hidden.BatchNorm(tensors[2], tensors[3], tensors[5], tensors[6], 1e-5f, c.Activation)
                    : hidden.BatchNorm(tensors[2], tensors[3], 1e-5f, c.Activation).Output;
                return new[] { norm.Conv2d(tensors[4]) };
            },
            values => new[] { Conv2dCase.Forward(c.Second, Norm(c, Conv2dCase.Forward(c.First, values[0], values[1], null), values), values[4], null) });

    // relu(norm(y) + y) between the convolutions, as in a residual block.
    private static OpCase Residual(Chain c) =>
        new("batch_norm_chain", $"residual {c}", Operands(c).Take(5).ToArray(),
            tensors =>
            {
                Tensor hidden = tensors[0].Conv2d(tensors[1], null, 1, 1);
                return new[] { hidden.BatchNorm(tensors[2], tensors[3]).Output.Add(hidden).Relu().Conv2d(tensors[4]) };
            },
            values =>
            {
                double[] hidden = Conv2dCase.Forward(c.First, values[0], values[1], null);
                double[] norm = Norm(c with { Activation = Activation.None }, hidden, values);
                return new[] { Conv2dCase.Forward(c.Second, norm.Zip(hidden, (a, b) => System.Math.Max(a + b, 0.0)).ToArray(), values[4], null) };
            })
        {
            GradientTolerance = 0,
        };

    private static double[] Norm(Chain c, double[] hidden, double[][] values) => c.IsGiven
        ? BatchNormCase.Normalized(hidden, values[2], values[3], values[5], values[6], c.Between, 1e-5, c.Activation)
        : BatchNormCase.Reference(new[] { hidden, values[2], values[3] }, c.Between, 1e-5, c.Activation)[0];
}
