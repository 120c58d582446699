using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.OpCases.Elementwise;

namespace Cim.Vulkan.OpCases.Optimizer;

/// <summary>Copies of weights in 16 bits: ties, numbers below the smallest normal one, the largest.</summary>
public sealed class CopyWeightsCase : IOpCases
{
    /// <inheritdoc/>
    public IEnumerable<OpCase> Cases()
    {
        foreach (Precision type in new[] { Precision.Float16, Precision.BFloat16 })
        {
            yield return Case(new Shape(3, 5), type);
            yield return Case(new Shape(70, 90), type);
        }
        yield return Case(new Shape(768, 768), Precision.Float16) with { IsBenchmark = true };
    }

    private static OpCase Case(Shape shape, Precision type)
    {
        var set = new UpdateProblem(new[] { shape }, 0, Copies: type);
        var values = CaseInput.Normal("values", new Shape(set.PaddedCount), differentiated: false);
        float[] edges = { 0f, -0f, 1f + (1f / 2048), 1f + (3f / 2048), -1f - (1f / 256), 65504f, -65519f, 6.1e-5f, 5.9604645e-8f, 2.9802322e-8f, 2.9802326e-8f, 1e-9f, 3.1e-5f };
        edges.CopyTo(values.Floats!, 1);
        return new OpCase("copy_weights", $"{Walk.NameOf(shape)} {type}", new[] { values }, inputs => new[] { Build(inputs[0], shape, set.CopyType) },
            operands => new[] { operands[0].Select(value => (double)CaseInput.Rounded((float)value, type)).ToArray() })
        {
            IsExact = true,
            GradientTolerance = 0,
            // Else the plan would make the copy by itself.
            WeightCopies = Precision.Float32,
        };
    }

    private static Tensor Build(Tensor values, Shape shape, ElementType type)
    {
        var parameters = new ParameterSet("net");
        parameters.Add("p", shape, Initializer.Zeros);
        values.Graph.Add(new PackOp(new[] { values }, values.Graph.All(parameters, parameters.Values), new[] { 0L }));
        return values.Graph.CopyWeights(parameters.Values.Copy(type));
    }
}
