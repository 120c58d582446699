using System;
using System.Collections.Generic;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>
/// One step of stochastic gradient descent with momentum on a whole parameter set, in one launch where the device can bind the set at once; weight
/// decay is part of the gradient. A skipped step changes nothing.
/// </summary>
public sealed class SgdOp : Op
{
    private const int ElementsPerInvocation = 4;
    private readonly SgdOptions _options;
    private readonly StepScalar _learningRate;

    /// <summary>Updates a set.</summary>
    /// <param name="state">The set's values and momentum.</param>
    /// <param name="gradients">Packed gradients, <c>[paddedCount]</c>.</param>
    /// <param name="norm">Their norm before clipping, <c>[1]</c>; watched by the guard.</param>
    /// <param name="guard">The step's guard.</param>
    /// <param name="chunkScales">Scales of learning rate and weight decay of each chunk, <c>[paddedCount / 64, 2]</c>.</param>
    /// <param name="learningRate">A float among the step scalars.</param>
    /// <param name="options">Constants.</param>
    public SgdOp(SgdState state, Tensor gradients, Tensor norm, StepGuardOp guard, Tensor chunkScales, StepScalar learningRate, SgdOptions options)
        : base("sgd", new[] { gradients, norm, guard.Output, guard.Counters, gradients.Graph.Scalars.Tensor, chunkScales, state.Values, state.Momentum })
    {
        options.Check();
        UpdateChecks.Operands(Name, gradients, norm, chunkScales, state.Values);
        State = state;
        _learningRate = learningRate;
        _options = options;
    }

    /// <summary>The tensors that are updated.</summary>
    public SgdState State { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> Mutated => new[] { State.Values, State.Momentum };

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering)
    {
        foreach ((long first, long count) in lowering.Pieces(State.Values.Count))
        {
            Tensor Piece(int input) => lowering.Part(Inputs[input], first, count);
            Tensor scales = lowering.Part(Inputs[5], first / ParameterSet.AlignmentElements * 2, count / ParameterSet.AlignmentElements * 2);
            (float momentum, float decay, float clip) = ((float)_options.Momentum, (float)_options.WeightDecay, (float)_options.ClipNorm);
            KernelCall<Tensor> call = lowering.CopyOf(State.Values) is { } copy
                ? SgdWithCopyKernel.Call(Piece(0), Inputs[1], Inputs[2], Inputs[3], Inputs[4], scales, Piece(6), Piece(7), lowering.Part(copy, first, count),
                    (uint)count, (uint)_learningRate.Slot, momentum, decay, clip, elements: 1, nesterov: _options.IsNesterov, storageCopy: lowering.StorageOf(copy))
                : SgdKernel.Call(Piece(0), Inputs[1], Inputs[2], Inputs[3], Inputs[4], scales, Piece(6), Piece(7),
                    (uint)count, (uint)_learningRate.Slot, momentum, decay, clip, elements: ElementsPerInvocation, nesterov: _options.IsNesterov);
            lowering.LaunchLinear(call, Lowering.DivideUp(count, ElementsPerInvocation), flops: 8.0 * count);
        }
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"rate_slot={_learningRate.Slot} {_options}";
}

/// <summary>What stochastic gradient descent keeps of a parameter set: two tensors <c>[paddedCount]</c> in persistent buffers.</summary>
/// <param name="Values">The weights.</param>
/// <param name="Momentum">Decaying sum of the gradients.</param>
public sealed record SgdState(Tensor Values, Tensor Momentum);

/// <summary>Stochastic gradient descent as a method of parameter sets.</summary>
public static class SgdExtensions
{
    /// <summary>Appends an update of all parameters of a set; its momentum is the companion <c>momentum</c>.</summary>
    /// <param name="parameters">The set.</param>
    /// <param name="gradients">Packed gradients, <c>[paddedCount]</c>.</param>
    /// <param name="norm">Their norm before clipping, <c>[1]</c>; the guard should watch it.</param>
    /// <param name="guard">The step's guard.</param>
    /// <param name="learningRate">A float among the graph's step scalars.</param>
    /// <param name="options">Constants; null for the defaults.</param>
    /// <param name="rateScale">Scale of a parameter's learning rate, such as layer-wise decay; null for 1.</param>
    /// <returns>The tensors that are updated.</returns>
    public static SgdState UpdateBySgd(this ParameterSet parameters, Tensor gradients, Tensor norm, StepGuardOp guard, StepScalar learningRate,
        SgdOptions? options = null, Func<Parameter, float>? rateScale = null)
    {
        TensorGraph graph = gradients.Graph;
        var state = new SgdState(graph.All(parameters, parameters.Values), graph.All(parameters, parameters.Companion("momentum")));
        Tensor scales = UpdateChecks.ChunkScales(graph, parameters, rateScale);
        return graph.Add(new SgdOp(state, gradients, norm, guard, scales, learningRate, options ?? new SgdOptions())).State;
    }
}
