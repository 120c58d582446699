using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>
/// Lets a step change weights only where all watched numbers are finite. Output: <c>uint [1]</c>, 1 to apply the step and 0 to skip it.
/// Its counters, <see cref="StepCounters"/>, also hold the scale of the losses where they are scaled.
/// </summary>
public sealed class StepGuardOp : Op
{
    /// <summary>How many numbers can be watched at once; sums of several carry a NaN or an infinity along.</summary>
    public const int MaxWatched = 8;

    // As long as PyTorch's automatic mixed precision waits.
    private const int GoodStepsBeforeGrowth = 2000;

    private readonly int _watchedCount;
    private readonly bool _scalesLosses;

    /// <summary>Watches numbers.</summary>
    /// <param name="watched">Losses and gradient norms, 1 to <see cref="MaxWatched"/> tensors of one element.</param>
    /// <param name="counters">Persistent, <c>uint [8]</c>.</param>
    /// <param name="scalesLosses">Whether the gradients are of losses scaled by <c>ScaleLoss</c>, and the guard leads that scale.</param>
    public StepGuardOp(IReadOnlyList<Tensor> watched, Tensor counters, bool scalesLosses = false)
        : base("step_guard", watched.Append(counters).ToArray(), new TensorSpec(new Shape(1), ElementType.UInt32))
    {
        if (watched.Count is 0 or > MaxWatched) throw Mismatch(Name, $"watches 1 to {MaxWatched} numbers, got {watched.Count}; add some of them up");
        foreach (Tensor number in watched)
            if (number.Count != 1 || number.ElementType != ElementType.Float32) throw Mismatch(Name, $"a watched number must be one Float32, got {number.ElementType} {number}");
        if (counters.Buffer is null || counters.ElementType != ElementType.UInt32 || counters.Count != StepCounters.Count)
            throw Mismatch(Name, $"counters must be a persistent UInt32 [{StepCounters.Count}], got {counters.Source} {counters.ElementType} {counters.Shape}");
        _watchedCount = watched.Count;
        _scalesLosses = scalesLosses;
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
            StepGuardKernel.Call(Watched(0), Watched(1), Watched(2), Watched(3), Watched(4), Watched(5), Watched(6), Watched(7), Counters, Output,
                _scalesLosses ? (uint)GoodStepsBeforeGrowth : 0), 1);
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => _scalesLosses ? "scaled" : "";
}

/// <summary>Guarding steps as a method of graphs.</summary>
public static class StepGuardExtensions
{
    /// <summary>Decides on the device whether this step may change weights, and counts it.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="counters">From <see cref="StepCounters.Buffer"/>, lives as long as the training.</param>
    /// <param name="watched">Losses and gradient norms, 1 to 8 tensors of one element.</param>
    /// <returns>The guard, which every update of the step takes.</returns>
    public static StepGuardOp GuardStep(this TensorGraph graph, PersistentBuffer counters, params Tensor[] watched) => graph.GuardStep(counters, false, watched);

    /// <summary>Decides on the device whether this step may change weights, counts it, and leads the scale of the losses.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="counters">From <see cref="StepCounters.Buffer"/>, with <see cref="StepCounters.First"/> as its first values.</param>
    /// <param name="scalesLosses">Whether the gradients are of losses scaled by <see cref="ScaleLoss"/>.</param>
    /// <param name="watched">Losses and gradient norms, 1 to 8 tensors of one element.</param>
    public static StepGuardOp GuardStep(this TensorGraph graph, PersistentBuffer counters, bool scalesLosses, params Tensor[] watched) =>
        graph.Add(new StepGuardOp(watched, StepCounters.Of(graph, counters), scalesLosses));

    /// <summary>The loss times the scale that the counters hold: what is differentiated where gradients pass through fp16.</summary>
    /// <param name="loss">One element.</param>
    /// <param name="counters">The guard's counters.</param>
    public static Tensor ScaleLoss(this Tensor loss, PersistentBuffer counters) =>
        loss.Graph.Add(new StepScalarScaleOp(loss, StepCounters.Of(loss.Graph, counters), StepCounters.ScaleSlot, divides: false)).Output;
}
