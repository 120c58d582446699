using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.OpCases.Optimizer;

/// <summary>Gradients of several micro-batches, the first of which overwrites what was there, even a NaN.</summary>
public sealed class AccumulateGradientsCase : IOpCases
{
    /// <inheritdoc/>
    public IEnumerable<OpCase> Cases()
    {
        foreach (int count in new[] { 1, 64, 255, 257, 1000 })
            foreach (int parts in new[] { 1, 2, 4 })
            {
                yield return Case(count, parts, factor: 1f / parts, old: float.NaN);
                yield return Case(count, parts, factor: 1f, old: 5f);
            }
    }

    private static OpCase Case(int count, int parts, float factor, float old) =>
        new("accumulate_gradients", $"{count} x {parts} by {factor} over {old}",
            Enumerable.Range(0, parts).Select(i => CaseInput.Normal($"gradients_{i}", new Shape(count), differentiated: false)).ToArray(),
            tensors => Build(tensors, count, factor, old),
            values => new[] { Enumerable.Range(0, count).Select(i => factor * values.Sum(part => part[i])).ToArray() })
        {
            GradientTolerance = 0,
            Scalars = new Dictionary<string, uint> { ["first"] = 1, ["later"] = 0 },
        };

    private static Tensor[] Build(Tensor[] tensors, int count, float factor, float old)
    {
        TensorGraph graph = tensors[0].Graph;
        Tensor sum = graph.Persistent("sum", new PersistentBuffer("sum", 4 * count), 0, new Shape(count));
        graph.Add(new PackOp(new[] { graph.Filled(new Shape(count), old) }, sum, new[] { 0L }));
        StepScalar first = graph.Scalars.Declare("first"), later = graph.Scalars.Declare("later");
        for (int i = 0; i < tensors.Length; i++) graph.Add(new AccumulateGradientsOp(sum, tensors[i], i == 0 ? first : later, factor));
        return new[] { sum };
    }
}
