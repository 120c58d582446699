using System;
using System.Collections.Generic;
using System.Linq;

namespace Cim.Vulkan.Graph;

/// <summary>
/// The result of a block whose inner tensors are not kept for the gradient: backward describes the block a second time and differentiates
/// that (Chen et al., "Training deep nets with sublinear memory cost", 2016). Costs nothing by itself: the result shares the block's memory.
/// </summary>
public sealed class RecomputeOp : Op
{
    private readonly Func<Tensor, Tensor> _block;
    private readonly int _firstRandomStream;

    /// <summary>Stands for a block that was described.</summary>
    /// <param name="result">The block's result, through which no gradient flows.</param>
    /// <param name="input">The tensor that the block was applied to.</param>
    /// <param name="others">All else that the block reads: parameters and whatever it closes over.</param>
    /// <param name="block">Describes the block again.</param>
    /// <param name="firstRandomStream">The first random stream of the block, so that it draws the same numbers again.</param>
    internal RecomputeOp(Tensor result, Tensor input, IEnumerable<Tensor> others, Func<Tensor, Tensor> block, int firstRandomStream)
        : base("recompute", new[] { result, input }.Concat(others).ToArray(), result.Spec) => (_block, _firstRandomStream) = (block, firstRandomStream);

    /// <inheritdoc/>
    public override int ViewOfInput => 0;

    /// <inheritdoc/>
    protected internal override void Differentiate(GradientContext context)
    {
        TensorGraph graph = Output.Graph;
        int first = graph.Ops.Count;
        Tensor again = graph.Unshared(() => _block(Inputs[1]), _firstRandomStream);
        int[] needed = Enumerable.Range(1, Inputs.Count - 1).Where(context.Needs).ToArray();
        IReadOnlyList<Tensor> gradients = Gradients.Through(again, context.GradOutput, first, needed.Select(i => Inputs[i]).ToArray());
        for (int i = 0; i < needed.Length; i++) context.Set(needed[i], gradients[i]);
    }

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering) => throw new InvalidOperationException("recompute: is a view and has no kernel");

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"stream={_firstRandomStream}";
}

/// <summary>Recomputation as a method of tensors.</summary>
public static class RecomputeExtensions
{
    /// <summary>
    /// Applies a block and keeps only what goes in and what comes out: backward computes the rest again, which takes the block's forward
    /// time once more and frees the memory of its inner tensors meanwhile. Gradients have the same bits.
    /// </summary>
    /// <param name="input">What the block is applied to.</param>
    /// <param name="block">Describes the block; called again for the gradient, so it must describe the same ops each time, and update nothing.</param>
    /// <returns>The block's result.</returns>
    /// <exception cref="InvalidOperationException">The block updates a persistent buffer.</exception>
    public static Tensor Recompute(this Tensor input, Func<Tensor, Tensor> block)
    {
        TensorGraph graph = input.Graph;
        int first = graph.Ops.Count, stream = graph.RandomStreamCount;
        // Shared with nothing outside: an op that outlives the block would be kept, and the second description has none to share.
        Tensor result = graph.Unshared(() => block(input));
        Op[] ops = graph.Ops.Skip(first).ToArray();
        if (ops.FirstOrDefault(op => op.Mutated.Count > 0) is { } update)
            throw new InvalidOperationException($"recompute: {update.Name} updates {update.Mutated[0]}, and a block is computed twice; keep updates out of it");
        var inner = new HashSet<Tensor>(ops.SelectMany(op => op.Outputs)) { input };
        IEnumerable<Tensor> others = ops.SelectMany(op => op.Inputs).Where(tensor => !inner.Contains(tensor)).Distinct();
        return graph.Add(new RecomputeOp(result.StopGradient(), input, others, block, stream)).Output;
    }
}
