using System;
using System.Collections.Generic;

namespace Cim.Vulkan.Graph;

/// <summary>
/// A long product on a CPU, in rounds along the inner dimension, each of which adds to what the one before has written. Rows of a transposed left operand, and of a
/// right operand that is not, lie apart in memory; where a workgroup's part of them outgrows a core's cache, every workgroup waits for memory again.
/// </summary>
internal static class InnerRounds
{
    // What a round covers, at least. 64 columns of 1024 rows are 256 KiB; where both operands lie apart, half of that is faster.
    private const int Inner = 1024;

    /// <summary>The products to launch one after the other; the problem itself where rounds would not pay.</summary>
    /// <param name="lowering">Gives scratch.</param>
    /// <param name="problem">The product.</param>
    public static IEnumerable<MatmulProblem> Of(Lowering lowering, MatmulProblem problem)
    {
        long count = CountFor(lowering.Device, problem), length = Lowering.DivideUp(Lowering.DivideUp(problem.K, count), TileChoice.K) * TileChoice.K;
        if (count == 1)
        {
            yield return problem;
            yield break;
        }
        // Nobody reads and writes the same bytes: rounds take turns with the result, and the last one writes it.
        Tensor other = lowering.Scratch(problem.C.Tensor.Shape), result = problem.C.Tensor;
        for (long round = 0; round < count; round++)
        {
            long begin = round * length;
            bool isFirst = round == 0, isLast = round == count - 1, isInResult = (count - round) % 2 == 1;
            yield return problem with
            {
                K = Math.Min(length, problem.K - begin),
                A = problem.A with { Offset = problem.A.Offset + (problem.Layout == MatmulLayout.Tn ? begin * problem.A.RowStride : begin) },
                B = problem.B with { Offset = problem.B.Offset + (begin * problem.B.RowStride) },
                C = problem.C with { Tensor = isInResult ? result : other },
                Bias = isFirst ? problem.Bias : null,
                Residual = isFirst ? problem.Residual : isInResult ? other : result,
                Activation = isLast ? problem.Activation : Activation.None,
            };
        }
    }

    // Mesa before 25 computes so slowly that it never waits. A derivative at the residual is no sum.
    private static long CountFor(DeviceProfile device, MatmulProblem problem)
    {
        bool mayCut = device.IsFastCpu && !problem.IsGeluGradient && problem.C.Offset == 0;
        return !mayCut ? 1 : problem.Layout switch
        {
            MatmulLayout.Nn => Math.Max(1, problem.K / Inner),
            MatmulLayout.Tn => Math.Max(1, problem.K / (Inner / 2)),
            _ => 1,
        };
    }
}
