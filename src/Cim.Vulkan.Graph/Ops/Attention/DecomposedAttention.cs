using System;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>
/// Attention as matrix products and softmax, the form for gradients and for wide heads on CPU drivers. Rows of scores are padded to a multiple of four elements, so that
/// products read them by fours.
/// </summary>
internal static class DecomposedAttention
{
    public static void LaunchForward(Lowering lowering, AttentionGeometry g, Tensor qkv, Tensor? bias, Tensor result)
    {
        Tensor probabilities = LaunchProbabilities(lowering, g, qkv, bias, Scores(lowering, g));
        LaunchWeighted(lowering, g, MatmulLayout.Nn, Rows(g, probabilities), Packed(g, qkv, 2), Plain(g, result), 1f);
    }

    public static void LaunchBackward(Lowering lowering, AttentionGradients a)
    {
        AttentionGeometry g = a.Geometry;
        Tensor scores = Scores(lowering, g);
        Tensor probabilities = LaunchProbabilities(lowering, g, a.Qkv, a.Bias, scores);
        LaunchWeighted(lowering, g, MatmulLayout.Tn, Rows(g, probabilities), Plain(g, a.GradOutput), Packed(g, a.GradQkv, 2), 1f);
        // The scores are no longer needed: their room takes the gradient of the probabilities.
        LaunchScores(lowering, g, Plain(g, a.GradOutput), Packed(g, a.Qkv, 2), scores, 1f);
        Tensor gradScores = Scores(lowering, g);
        int rows = g.Batch * g.Heads * g.Tokens;
        lowering.LaunchLinear(
            AttentionSoftmaxBackwardKernel.Call(probabilities, scores, gradScores, (uint)rows, (uint)g.Tokens, (uint)RowStride(g), LocalSize(lowering.Device)),
            rows, 5.0 * rows * g.Tokens);
        LaunchWeighted(lowering, g, MatmulLayout.Nn, Rows(g, gradScores), Packed(g, a.Qkv, 1), Packed(g, a.GradQkv, 0), g.Scale);
        LaunchWeighted(lowering, g, MatmulLayout.Tn, Rows(g, gradScores), Packed(g, a.Qkv, 0), Packed(g, a.GradQkv, 1), g.Scale);
        if (a.GradBias is not null) LaunchBiasGradient(lowering, g, gradScores, a.GradBias);
    }

    private static int RowStride(AttentionGeometry g) => (g.Tokens + 3) / 4 * 4;

    private static Tensor Scores(Lowering lowering, AttentionGeometry g) => lowering.Scratch(new Shape(g.Batch, g.Heads, g.Tokens, RowStride(g)));

    private static uint LocalSize(DeviceProfile device) => (uint)Math.Max(1, Math.Min(device.SubgroupSize, device.MaxWorkgroupInvocations));

    private static Tensor LaunchProbabilities(Lowering lowering, AttentionGeometry g, Tensor qkv, Tensor? bias, Tensor scores)
    {
        LaunchScores(lowering, g, Packed(g, qkv, 0), Packed(g, qkv, 1), scores, g.Scale);
        Tensor probabilities = Scores(lowering, g);
        uint local = LocalSize(lowering.Device);
        lowering.Launch(
            AttentionSoftmaxForwardKernel.Call(
                scores, bias ?? qkv, probabilities, (uint)g.Heads, (uint)g.Tokens, (uint)RowStride(g), local, bias is not null),
            Lowering.DivideUp(g.Tokens, local), g.Heads, g.Batch, 5.0 * g.Batch * g.Heads * g.Tokens * g.Tokens);
        return probabilities;
    }

    // [tokens, tokens] from two operands [tokens, headDim].
    private static void LaunchScores(Lowering lowering, AttentionGeometry g, MatmulOperand left, MatmulOperand right, Tensor scores, float alpha) =>
        MatmulChoice.Launch(lowering, new MatmulProblem
        {
            Layout = MatmulLayout.Nt,
            M = g.Tokens,
            N = g.Tokens,
            K = g.HeadDim,
            OuterCount = g.Batch,
            InnerCount = g.Heads,
            A = left,
            B = right,
            C = Rows(g, scores),
            Alpha = alpha,
        });

    // [tokens, headDim] from weights [tokens, tokens], transposed or not, and an operand [tokens, headDim].
    private static void LaunchWeighted(
        Lowering lowering, AttentionGeometry g, MatmulLayout layout, MatmulOperand weights, MatmulOperand values, MatmulOperand target, float alpha) =>
        MatmulChoice.Launch(lowering, new MatmulProblem
        {
            Layout = layout,
            M = g.Tokens,
            N = g.HeadDim,
            K = g.Tokens,
            OuterCount = g.Batch,
            InnerCount = g.Heads,
            A = weights,
            B = values,
            C = target,
            Alpha = alpha,
        });

    private static void LaunchBiasGradient(Lowering lowering, AttentionGeometry g, Tensor gradScores, Tensor gradBias)
    {
        int stride = RowStride(g);
        if (stride == g.Tokens)
        {
            MatmulChoice.LaunchSumOfPieces(lowering, gradScores, gradBias);
            return;
        }
        Tensor sum = g.Batch == 1 ? gradScores : lowering.Scratch(new Shape(g.Heads, g.Tokens, stride));
        if (g.Batch > 1) MatmulChoice.LaunchSumOfPieces(lowering, gradScores, sum);
        var walk = new StridedWalk();
        walk.Add((long)g.Heads * g.Tokens, stride, g.Tokens);
        walk.Add(g.Tokens, 1, 1);
        walk.Launch(lowering, sum, gradBias);
    }

    private static MatmulOperand Rows(AttentionGeometry g, Tensor scores)
    {
        long row = RowStride(g), head = g.Tokens * row;
        return new MatmulOperand(scores, row, g.Heads * head, head);
    }

    // Part 0 are the queries, 1 the keys, 2 the values.
    private static MatmulOperand Packed(AttentionGeometry g, Tensor qkv, int part) =>
        new(qkv, 3L * g.Width, 3L * g.Width * g.Tokens, g.HeadDim, (long)part * g.Width);

    private static MatmulOperand Plain(AttentionGeometry g, Tensor tensor) => new(tensor, g.Width, (long)g.Width * g.Tokens, g.HeadDim);
}
