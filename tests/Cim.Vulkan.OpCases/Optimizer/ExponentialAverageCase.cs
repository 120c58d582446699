using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.OpCases.Optimizer;

/// <summary>Running averages of weights over several steps, some of them skipped.</summary>
public sealed class ExponentialAverageCase : IOpCases
{
    /// <inheritdoc/>
    public IEnumerable<OpCase> Cases()
    {
        foreach (int count in new[] { 1, 64, 255, 257, 1000 })
            foreach (double decay in new[] { 0.0, 0.9, 0.9999, 1.0 })
                yield return Case(count, decay, 1f, float.NaN, 2f);
        yield return Case(65, 0.5, float.NaN);
        yield return Case(384 + (768 * 768), 0.999, 1f) with { IsBenchmark = true };
    }

    private static OpCase Case(int count, double decay, params float[] losses) =>
        new("exponential_average", $"{count}, decay {decay}, {losses.Length} steps",
            losses.Select((loss, i) => CaseInput.Of($"loss_{i}", new Shape(1), new[] { loss }, differentiated: false))
                .Concat(Enumerable.Range(0, losses.Length + 1).Select(i => CaseInput.Normal($"values_{i}", new Shape(count), differentiated: false))).ToArray(),
            tensors => Build(tensors, losses.Length, count, decay),
            values => new[] { Reference(values, losses.Length, decay) })
        {
            GradientTolerance = 0,
        };

    private static Tensor[] Build(Tensor[] tensors, int steps, int count, double decay)
    {
        TensorGraph graph = tensors[0].Graph;
        var counters = StepCounters.Buffer("counters");
        Tensor average = graph.Persistent("average", new PersistentBuffer("average", 4 * count), 0, new Shape(count));
        graph.Add(new PackOp(new[] { tensors[steps] }, average, new[] { 0L }));
        for (int i = 0; i < steps; i++) graph.Add(new ExponentialAverageOp(average, tensors[steps + 1 + i], graph.GuardStep(counters, tensors[i]), decay));
        return new[] { average };
    }

    private static double[] Reference(double[][] values, int steps, double decay)
    {
        double[] average = (double[])values[steps].Clone();
        for (int i = 0; i < steps; i++)
            if (!double.IsNaN(values[i][0]))
                average = average.Zip(values[steps + 1 + i], (old, value) => (decay * old) + ((1.0 - decay) * value)).ToArray();
        return average;
    }
}
