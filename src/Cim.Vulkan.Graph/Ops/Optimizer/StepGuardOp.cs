using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>
/// Lets a step change weights only where all watched numbers are finite. Output: <c>uint [1]</c>, 1 to apply the step and 0 to skip it.
/// The counters are steps applied, steps skipped, steps skipped since the last applied one, and the number, from 1, of the first watched
/// number that was not finite in the last skipped step.
/// </summary>
public sealed class StepGuardOp : Op
{
    /// <summary>How many numbers can be watched at once; sums of several carry a NaN or an infinity along.</summary>
    public const int MaxWatched = 8;

    private readonly int _watchedCount;

    /// <summary>Watches numbers.</summary>
    /// <param name="watched">Losses and gradient norms, 1 to <see cref="MaxWatched"/> tensors of one element.</param>
    /// <param name="counters">Persistent, <c>uint [4]</c>.</param>
    public StepGuardOp(IReadOnlyList<Tensor> watched, Tensor counters)
        : base("step_guard", watched.Append(counters).ToArray(), new TensorSpec(new Shape(1), ElementType.UInt32))
    {
        if (watched.Count is 0 or > MaxWatched) throw Mismatch(Name, $"watches 1 to {MaxWatched} numbers, got {watched.Count}; add some of them up");
        foreach (Tensor number in watched)
            if (number.Count != 1 || number.ElementType != ElementType.Float32) throw Mismatch(Name, $"a watched number must be one Float32, got {number.ElementType} {number}");
        if (counters.Buffer is null || counters.ElementType != ElementType.UInt32 || counters.Count != 4)
            throw Mismatch(Name, $"counters must be a persistent UInt32 [4], got {counters.Source} {counters.ElementType} {counters.Shape}");
        _watchedCount = watched.Count;
    }

    /// <summary>The counters' tensor.</summary>
    public Tensor Counters => Inputs[_watchedCount];

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> Mutated => new[] { Counters };

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering)
    {
        Tensor Watched(int i) => Inputs[i < _watchedCount ? i : 0];
        lowering.Launch(
            StepGuardKernel.Call(Watched(0), Watched(1), Watched(2), Watched(3), Watched(4), Watched(5), Watched(6), Watched(7), Counters, Output), 1);
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => "";
}

/// <summary>Guarding steps as a method of graphs.</summary>
public static class StepGuardExtensions
{
    /// <summary>Decides on the device whether this step may change weights, and counts it.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="counters">16 bytes that live as long as the training.</param>
    /// <param name="watched">Losses and gradient norms, 1 to 8 tensors of one element.</param>
    /// <returns>The guard, which every update of the step takes.</returns>
    public static StepGuardOp GuardStep(this TensorGraph graph, PersistentBuffer counters, params Tensor[] watched) =>
        graph.Add(new StepGuardOp(watched, graph.Persistent(counters.Name, counters, 0, new Shape(4), ElementType.UInt32)));
}
