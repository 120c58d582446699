using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>One step of AdamW (Loshchilov and Hutter, 2019) on a whole parameter set, and of the running average and the 16-bit copy of its weights where they are kept, in one launch where the device can bind the set at once. A skipped step changes nothing.</summary>
public sealed class AdamWOp : Op
{
    private const int ElementsPerInvocation = 4;
    private readonly AdamWOptions _options;
    private readonly StepScalar _learningRate;

    /// <summary>Updates a set.</summary>
    /// <param name="state">The set's values and moments, and the average of its values or none.</param>
    /// <param name="gradients">Packed gradients, <c>[paddedCount]</c>.</param>
    /// <param name="norm">Their norm before clipping, <c>[1]</c>; watched by the guard.</param>
    /// <param name="guard">The step's guard.</param>
    /// <param name="chunkScales">Scales of learning rate and weight decay of each chunk, <c>[paddedCount / 64, 2]</c>.</param>
    /// <param name="learningRate">A float among the step scalars.</param>
    /// <param name="options">Constants.</param>
    public AdamWOp(AdamWState state, Tensor gradients, Tensor norm, StepGuardOp guard, Tensor chunkScales, StepScalar learningRate, AdamWOptions options)
        : base("adamw", new[] { gradients, norm, guard.Output, guard.Counters, gradients.Graph.Scalars.Tensor, chunkScales }.Concat(state.Tensors).ToArray())
    {
        options.Check();
        UpdateChecks.Operands(Name, gradients, norm, chunkScales, state.Values);
        if (options.AverageDecay is null != state.Average is null) throw Mismatch(Name, "an average and its AverageDecay go together");
        State = state;
        _learningRate = learningRate;
        _options = options;
    }

    /// <summary>The tensors that are updated.</summary>
    public AdamWState State { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> Mutated => State.Tensors;

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering)
    {
        foreach ((long first, long count) in lowering.Pieces(State.Values.Count))
            lowering.LaunchLinear(CallOn(lowering, first, count), Lowering.DivideUp(count, ElementsPerInvocation), flops: (State.Average is null ? 15.0 : 18.0) * count);
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"rate_slot={_learningRate.Slot} {_options}";

    private KernelCall<Tensor> CallOn(Lowering lowering, long first, long count)
    {
        Tensor Piece(int input) => lowering.Part(Inputs[input], first, count);
        Tensor scales = lowering.Part(Inputs[5], first / ParameterSet.AlignmentElements * 2, count / ParameterSet.AlignmentElements * 2);
        (uint n, uint slot) = ((uint)count, (uint)_learningRate.Slot);
        (float rest1, float rest2) = ((float)(1.0 - _options.Beta1), (float)(1.0 - _options.Beta2));
        (float log1, float log2) = ((float)Math.Log(_options.Beta1), (float)Math.Log(_options.Beta2));
        (float epsilon, float decay, float clip) = ((float)_options.Epsilon, (float)_options.WeightDecay, (float)_options.ClipNorm);
        if (lowering.CopyOf(State.Values) is { } all)
        {
            Tensor copy = lowering.Part(all, first, count);
            uint storage = lowering.StorageOf(copy);
            return _options.AverageDecay is { } decayOfCopied
                ? AdamwAverageWithCopyKernel.Call(Piece(0), Inputs[1], Inputs[2], Inputs[3], Inputs[4], scales, Piece(6), Piece(7), Piece(8), Piece(9), copy,
                    n, slot, rest1, rest2, log1, log2, epsilon, decay, clip, (float)(1.0 - decayOfCopied), elements: 1, storageCopy: storage)
                : AdamwWithCopyKernel.Call(Piece(0), Inputs[1], Inputs[2], Inputs[3], Inputs[4], scales, Piece(6), Piece(7), Piece(8), copy,
                    n, slot, rest1, rest2, log1, log2, epsilon, decay, clip, elements: 1, storageCopy: storage);
        }
        return _options.AverageDecay is { } averageDecay
            ? AdamwAverageKernel.Call(Piece(0), Inputs[1], Inputs[2], Inputs[3], Inputs[4], scales, Piece(6), Piece(7), Piece(8), Piece(9),
                n, slot, rest1, rest2, log1, log2, epsilon, decay, clip, (float)(1.0 - averageDecay), elements: ElementsPerInvocation)
            : AdamwKernel.Call(Piece(0), Inputs[1], Inputs[2], Inputs[3], Inputs[4], scales, Piece(6), Piece(7), Piece(8),
                n, slot, rest1, rest2, log1, log2, epsilon, decay, clip, elements: ElementsPerInvocation);
    }
}

/// <summary>What AdamW keeps of a parameter set: tensors <c>[paddedCount]</c> in persistent buffers.</summary>
/// <param name="Values">The weights.</param>
/// <param name="FirstMoment">Running mean of the gradient.</param>
/// <param name="SecondMoment">Running mean of its square.</param>
/// <param name="Average">Running average of the weights, which must begin as a copy of them; null for none.</param>
public sealed record AdamWState(Tensor Values, Tensor FirstMoment, Tensor SecondMoment, Tensor? Average = null)
{
    internal Tensor[] Tensors => new[] { Values, FirstMoment, SecondMoment, Average }.OfType<Tensor>().ToArray();
}

/// <summary>AdamW as a method of parameter sets.</summary>
public static class AdamWExtensions
{
    /// <summary>
    /// Appends an update of all parameters of a set; moments are the companions <c>first_moment</c> and <c>second_moment</c>, the average is
    /// <c>average</c>, which must begin as a copy of the values.
    /// </summary>
    /// <param name="parameters">The set.</param>
    /// <param name="gradients">Packed gradients, <c>[paddedCount]</c>.</param>
    /// <param name="norm">Their norm before clipping, <c>[1]</c>; the guard should watch it.</param>
    /// <param name="guard">The step's guard.</param>
    /// <param name="learningRate">A float among the graph's step scalars.</param>
    /// <param name="options">Constants; null for the defaults.</param>
    /// <param name="rateScale">Scale of a parameter's learning rate, such as layer-wise decay; null for 1.</param>
    /// <returns>The tensors that are updated.</returns>
    public static AdamWState UpdateByAdamW(this ParameterSet parameters, Tensor gradients, Tensor norm, StepGuardOp guard, StepScalar learningRate,
        AdamWOptions? options = null, Func<Parameter, float>? rateScale = null)
    {
        TensorGraph graph = gradients.Graph;
        options ??= new AdamWOptions();
        Tensor Companion(string name) => graph.All(parameters, parameters.Companion(name));
        var state = new AdamWState(graph.All(parameters, parameters.Values), Companion("first_moment"), Companion("second_moment"),
            options.AverageDecay is null ? null : Companion("average"));
        return graph.Add(new AdamWOp(state, gradients, norm, guard, UpdateChecks.ChunkScales(graph, parameters, rateScale), learningRate, options)).State;
    }

    /// <summary>One buffer of a parameter set as one tensor, <c>[paddedCount]</c>.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="parameters">The set.</param>
    /// <param name="buffer">Its values or a companion.</param>
    public static Tensor All(this TensorGraph graph, ParameterSet parameters, PersistentBuffer buffer) =>
        graph.Persistent(buffer.Name, buffer, 0, new Shape((int)parameters.PaddedCount));
}
