using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.OpCases.Optimizer;

/// <summary>Guards that watch finite numbers and others, one after the other.</summary>
public sealed class StepGuardCase : IOpCases
{
    private static readonly float[] Bad = { float.NaN, float.PositiveInfinity, float.NegativeInfinity };
    private static readonly float[] Good = { 0f, -0f, 1f, float.MaxValue, float.MinValue, 1e-42f };

    /// <inheritdoc/>
    public IEnumerable<OpCase> Cases()
    {
        for (int count = 1; count <= StepGuardOp.MaxWatched; count++)
        {
            yield return Case($"{count} finite", Numbers(count, Good));
            for (int at = 0; at < count; at++)
                yield return Case($"{Bad[at % 3]} at {at} of {count}", Numbers(count, Good), Replaced(Numbers(count, Good), at), Replaced(Numbers(count, Good), at));
        }
        yield return Case("bad, good, bad", new[] { float.NaN }, new[] { 1f }, new[] { float.NaN });
        yield return Case("all bad", Bad, Bad, Good);
    }

    private static float[] Numbers(int count, float[] source) => Enumerable.Range(0, count).Select(i => source[i % source.Length]).ToArray();

    private static float[] Replaced(float[] numbers, int at)
    {
        numbers[at] = Bad[at % 3];
        return numbers;
    }

    private static OpCase Case(string name, params float[][] steps) =>
        new("step_guard", name,
            steps.SelectMany((numbers, step) => numbers.Select((number, i) => CaseInput.Of($"number_{step}_{i}", new Shape(1), new[] { number }, differentiated: false))).ToArray(),
            tensors => Build(tensors, steps),
            _ => Reference(steps))
        {
            GradientTolerance = 0,
            IsExact = true,
        };

    private static Tensor[] Build(Tensor[] tensors, float[][] steps)
    {
        var counters = StepCounters.Buffer("counters");
        var results = new List<Tensor>();
        int next = 0;
        StepGuardOp? guard = null;
        foreach (float[] numbers in steps)
        {
            guard = tensors[0].Graph.GuardStep(counters, tensors.Skip(next).Take(numbers.Length).ToArray());
            next += numbers.Length;
            results.Add(guard.Output);
        }
        results.Add(guard!.Counters);
        return results.ToArray();
    }

    private static double[][] Reference(float[][] steps)
    {
        var counters = new double[StepCounters.Count];
        counters[StepCounters.UnscaleSlot] = System.BitConverter.SingleToUInt32Bits(1f);
        var results = new List<double[]>();
        foreach (float[] numbers in steps)
        {
            int culprit = System.Array.FindIndex(numbers, number => float.IsNaN(number) || float.IsInfinity(number));
            results.Add(new[] { culprit < 0 ? 1.0 : 0.0 });
            counters[culprit < 0 ? 0 : 1]++;
            counters[2] = culprit < 0 ? 0 : counters[2] + 1;
            if (culprit >= 0) counters[3] = culprit + 1;
        }
        results.Add(counters);
        return results.ToArray();
    }
}
