using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.OpCases.Elementwise;

namespace Cim.Vulkan.OpCases.Matmul;

/// <summary>Arg-max of linear layers over rows and over feature maps: random values, ties, values that never win, and the same from two ops.</summary>
public sealed class LinearArgMaxCase : IOpCases
{
    // Rows, or images with a grid; as many classes.
    private static readonly (Shape Input, int Classes)[] Sizes =
    {
        (new(1, 1), 1), (new(5, 3), 1), (new(3, 7), 5), (new(17, 16), 31), (new(2, 5, 12), 9), (new(65, 20), 33), (new(64, 16), 64), (new(65, 12), 65),
        (new(129, 8), 130), (new(5, 1028), 6), (new(3, 8), 8192), (new(70, 6), 1030),
        (new(1, 1, 1, 1), 1), (new(1, 3, 1, 1), 7), (new(2, 7, 3, 5), 9), (new(3, 8, 4, 4), 24), (new(2, 12, 7, 7), 100), (new(5, 16, 8, 8), 65), (new(2, 4, 5, 13), 8192),
    };

    /// <inheritdoc/>
    public IEnumerable<OpCase> Cases()
    {
        foreach ((Shape input, int classes) in Sizes)
        {
            foreach (OpCase form in AllForms(Case(input, classes, "", Random(input, classes, classes % 2 == 1)))) yield return form;
            foreach (OpCase form in AllForms(Case(input, classes, "ties", Tied(input, classes)))) yield return form;
            foreach (OpCase form in MatMulCase.BothForms(AsTwoOps(input, classes))) yield return form;
        }
        foreach ((Shape input, int classes) in new[] { (new Shape(5, 3), 1), (new Shape(17, 16), 31), (new Shape(2, 12, 7, 7), 100) })
            foreach (OpCase form in AllForms(Case(input, classes, "NaN and -infinity", Losing(input, classes)))) yield return form;
        foreach ((Shape input, int classes) in new[] { (new Shape(1030, 5), 1025), (new Shape(1024, 8), 1028), (new Shape(1, 5, 32, 33), 1025), (new Shape(1, 8, 32, 33), 1028) })
        {
            OpCase plain = Case(input, classes, "", Random(input, classes, true));
            yield return plain with { Profile = profile => profile with { IsCpu = false, VendorId = 0x10DE }, Variant = "wide tiles" };
            yield return plain with { Profile = profile => profile with { IsCpu = false, MaxWorkgroupInvocations = 128 }, Variant = "128 invocations" };
            yield return MatMulCase.WideHalf(plain.On(Precision.BFloat16));
        }
        foreach (OpCase half in MatMulCase.HalfForms(AfterHalf())) yield return half;
        var grid = new Shape(2, 256, 14, 14);
        OpCase benchmark = Case(grid, 8192, "", Random(grid, 8192, true)) with { IsBenchmark = true };
        yield return benchmark;
        yield return benchmark with { Name = $"{benchmark.Name} as two ops", Build = tensors => new[] { TwoOps(tensors) } };
        // Fewer classes: a CPU driver multiplies in 16 bits slowly.
        yield return Case(grid, 1024, "", Random(grid, 1024, true)).On(Precision.Float16) with { IsBenchmark = true };
    }

    private static IEnumerable<OpCase> AllForms(OpCase opCase) => MatMulCase.BothForms(opCase).Concat(MatMulCase.HalfForms(opCase));

    private static CaseInput[] Random(Shape input, int classes, bool hasBias)
    {
        int width = Width(input);
        var operands = new List<CaseInput>
        {
            CaseInput.Normal("x", input, differentiated: false), CaseInput.Normal("weight", new Shape(classes, width), differentiated: false),
        };
        if (hasBias) operands.Add(CaseInput.Normal("bias", new Shape(classes), differentiated: false));
        return operands.ToArray();
    }

    // Small whole numbers: sums are exact in every type and order, and many are equal.
    private static CaseInput[] Tied(Shape input, int classes)
    {
        CaseInput Whole(string name, Shape shape, int step) =>
            CaseInput.Of(name, shape, Enumerable.Range(0, (int)shape.Count).Select(i => (float)((long)i * step % 11 % 3)).ToArray(), differentiated: false);
        return new[] { Whole("x", input, 7), Whole("weight", new Shape(classes, Width(input)), 5), Whole("bias", new Shape(classes), 3) };
    }

    private static CaseInput[] Losing(Shape input, int classes)
    {
        CaseInput[] operands = Random(input, classes, true);
        float[] bias = Enumerable.Range(0, classes).Select(i => i % 3 == 0 ? float.NaN : i % 7 == 5 ? 0.5f : float.NegativeInfinity).ToArray();
        operands[2] = CaseInput.Of("bias", new Shape(classes), bias, differentiated: false);
        return operands;
    }

    private static OpCase Case(Shape input, int classes, string suffix, CaseInput[] operands)
    {
        string bias = operands.Length > 2 ? " bias" : "";
        return new OpCase("linear_arg_max", $"{Walk.NameOf(input)} to {classes}{bias}{(suffix.Length > 0 ? " " + suffix : "")}", operands,
            tensors => new[] { Fused(tensors) }, values => new[] { Reference(values, input, classes) })
        {
            IsExact = true,
            GradientTolerance = 0,
        };
    }

    // Where sums are formed in the same order, equal to the last bit: not one choice differs.
    private static OpCase AsTwoOps(Shape input, int classes)
    {
        OpCase plain = Case(input, classes, "against two ops", Random(input, classes, true));
        return plain with
        {
            Build = tensors => new[] { Fused(tensors).NotEqual(TwoOps(tensors)) },
            Reference = values => new[] { new double[input.Count / Width(input)] },
        };
    }

    // The rows of a layer before it may lie in memory in 16 bits.
    private static OpCase AfterHalf()
    {
        CaseInput[] operands =
        {
            CaseInput.Normal("x", new Shape(70, 16), differentiated: false), CaseInput.Of("first", new Shape(16, 16), Identity(16), differentiated: false),
            CaseInput.Normal("weight", new Shape(72, 16), differentiated: false), CaseInput.Normal("bias", new Shape(72), differentiated: false),
        };
        return new OpCase("linear_arg_max", "70x16 to 72 behind a layer", operands,
            tensors => new[] { tensors[0].Linear(tensors[1]).LinearArgMax(tensors[2], tensors[3]) },
            values => new[] { Reference(new[] { values[0], values[2], values[3] }, new Shape(70, 16), 72) })
        {
            IsExact = true,
            GradientTolerance = 0,
        };
    }

    private static float[] Identity(int width) => Enumerable.Range(0, width * width).Select(i => i % (width + 1) == 0 ? 1f : 0f).ToArray();

    private static Tensor Fused(Tensor[] tensors)
    {
        Tensor? bias = tensors.Length > 2 ? tensors[2] : null;
        return tensors[0].Shape.Rank == 4 ? tensors[0].LinearArgMaxChannels(tensors[1], bias) : tensors[0].LinearArgMax(tensors[1], bias);
    }

    private static Tensor TwoOps(Tensor[] tensors)
    {
        Tensor weight = tensors[1];
        return tensors[0].Shape.Rank == 4
            ? tensors[0].Conv2d(weight.Reshape(weight.Shape[0], weight.Shape[1], 1, 1), tensors[2]).ArgMaxChannels()
            : tensors[0].Linear(weight, tensors[2]).ArgMax();
    }

    private static int Width(Shape input) => input.Rank == 4 ? input[1] : input[-1];

    private static double[] Reference(double[][] values, Shape input, int classes)
    {
        int width = Width(input), positions = input.Rank == 4 ? input[2] * input[3] : 1, rows = (int)input.Count / width;
        double[] x = values[0];
        if (input.Rank == 4)
        {
            x = new double[values[0].Length];
            for (int i = 0; i < x.Length; i++) x[(((i / (width * positions)) * positions) + (i % positions)) * width + (i / positions % width)] = values[0][i];
        }
        double[] logits = Product.Of(x, values[1], rows, classes, width, transposeB: true);
        var result = new double[rows];
        for (int row = 0; row < rows; row++)
        {
            double best = double.NegativeInfinity;
            for (int i = 0; i < classes; i++)
            {
                double value = logits[(row * classes) + i] + (values.Length > 2 ? values[2][i] : 0.0);
                if (!(value > best)) continue;
                best = value;
                result[row] = i;
            }
        }
        return result;
    }
}
