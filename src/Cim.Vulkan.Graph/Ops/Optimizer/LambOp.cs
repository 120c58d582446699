using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>
/// One step of LAMB (You et al., 2020) on a whole parameter set: AdamW's direction, whose length is made that of the parameter. All sums have a
/// fixed order. A skipped step changes nothing.
/// </summary>
public sealed class LambOp : Op
{
    private const int ElementsPerInvocation = 4;
    private const uint CpuLocalSize = 8;
    private readonly LambOptions _options;
    private readonly StepScalar _learningRate;

    /// <summary>Updates a set.</summary>
    /// <param name="state">The set's values and moments.</param>
    /// <param name="gradients">Packed gradients, <c>[paddedCount]</c>, 0 between the parameters.</param>
    /// <param name="norm">Their norm before clipping, <c>[1]</c>; watched by the guard.</param>
    /// <param name="guard">The step's guard.</param>
    /// <param name="chunkScales">Scales of learning rate and weight decay of each chunk, <c>[paddedCount / 64, 2]</c>.</param>
    /// <param name="parameterChunks">UInt32 <c>[parameters, 3]</c>: a parameter's first chunk, its chunks, whether it has a trust ratio.</param>
    /// <param name="learningRate">A float among the step scalars.</param>
    /// <param name="options">Constants.</param>
    public LambOp(LambState state, Tensor gradients, Tensor norm, StepGuardOp guard, Tensor chunkScales, Tensor parameterChunks, StepScalar learningRate, LambOptions options)
        : base("lamb", new[]
        {
            gradients, norm, guard.Output, guard.Counters, gradients.Graph.Scalars.Tensor, chunkScales, parameterChunks, state.Values, state.FirstMoment, state.SecondMoment,
        })
    {
        options.Check();
        UpdateChecks.Operands(Name, gradients, norm, chunkScales, state.Values);
        if (parameterChunks.ElementType != ElementType.UInt32 || parameterChunks.Shape.Rank != 2 || parameterChunks.Shape[1] != 3)
            throw Mismatch(Name, $"parameter chunks must be UInt32 [parameters, 3], got {parameterChunks.ElementType} {parameterChunks.Shape}");
        State = state;
        _learningRate = learningRate;
        _options = options;
    }

    /// <summary>The tensors that are updated.</summary>
    public LambState State { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> Mutated => new[] { State.Values, State.FirstMoment, State.SecondMoment };

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering)
    {
        int chunks = (int)(State.Values.Count / ParameterSet.AlignmentElements), parameters = Inputs[6].Shape[0];
        (float log1, float log2) = ((float)Math.Log(_options.Beta1), (float)Math.Log(_options.Beta2));
        (float epsilon, float decay) = ((float)_options.Epsilon, (float)_options.WeightDecay);
        Tensor partials = lowering.Scratch(new Shape(chunks, 2)), ratios = lowering.Scratch(new Shape(chunks));
        IReadOnlyList<(long First, long Count)> pieces = lowering.Pieces(State.Values.Count);
        // A CPU driver's invocations wait for each other at every level of a tree: one vector of them needs the fewest.
        uint local = lowering.Device.IsCpu ? CpuLocalSize : ParameterSet.AlignmentElements;
        foreach ((long first, long count) in pieces)
        {
            Tensor Piece(int input) => lowering.Part(Inputs[input], first, count);
            lowering.LaunchGroups(
                LambMomentsKernel.Call(Piece(0), Inputs[1], Inputs[2], Inputs[3], Inputs[5], Piece(7), Piece(8), Piece(9), partials,
                    (uint)count, FirstChunk(first), (float)(1.0 - _options.Beta1), (float)(1.0 - _options.Beta2), log1, log2, epsilon, decay, (float)_options.ClipNorm, local),
                count / ParameterSet.AlignmentElements, flops: 19.0 * count);
        }
        lowering.LaunchGroups(LambTrustKernel.Call(Inputs[6], Inputs[2], partials, ratios, (uint)parameters, local), parameters);
        foreach ((long first, long count) in pieces)
        {
            Tensor Piece(int input) => lowering.Part(Inputs[input], first, count);
            KernelCall<Tensor> call = lowering.CopyOf(State.Values) is { } copy
                ? LambStepWithCopyKernel.Call(Inputs[2], Inputs[3], Inputs[4], Inputs[5], ratios, Piece(8), Piece(9), Piece(7), lowering.Part(copy, first, count),
                    (uint)count, FirstChunk(first), (uint)_learningRate.Slot, log1, log2, epsilon, decay, elements: 1, storageCopy: lowering.StorageOf(copy))
                : LambStepKernel.Call(Inputs[2], Inputs[3], Inputs[4], Inputs[5], ratios, Piece(8), Piece(9), Piece(7),
                    (uint)count, FirstChunk(first), (uint)_learningRate.Slot, log1, log2, epsilon, decay, elements: ElementsPerInvocation);
            lowering.LaunchLinear(call, Lowering.DivideUp(count, ElementsPerInvocation), flops: 11.0 * count);
        }
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"rate_slot={_learningRate.Slot} {_options}";

    private static uint FirstChunk(long firstElement) => (uint)(firstElement / ParameterSet.AlignmentElements);
}

/// <summary>What LAMB keeps of a parameter set: three tensors <c>[paddedCount]</c> in persistent buffers.</summary>
/// <param name="Values">The weights.</param>
/// <param name="FirstMoment">Running mean of the gradient.</param>
/// <param name="SecondMoment">Running mean of its square.</param>
public sealed record LambState(Tensor Values, Tensor FirstMoment, Tensor SecondMoment);

/// <summary>LAMB as a method of parameter sets.</summary>
public static class LambExtensions
{
    /// <summary>Appends an update of all parameters of a set; moments are the companions <c>first_moment</c> and <c>second_moment</c>.</summary>
    /// <param name="parameters">The set.</param>
    /// <param name="gradients">Packed gradients, <c>[paddedCount]</c>, 0 between the parameters.</param>
    /// <param name="norm">Their norm before clipping, <c>[1]</c>; the guard should watch it.</param>
    /// <param name="guard">The step's guard.</param>
    /// <param name="learningRate">A float among the graph's step scalars.</param>
    /// <param name="options">Constants; null for the defaults.</param>
    /// <param name="rateScale">Scale of a parameter's learning rate, such as layer-wise decay; null for 1.</param>
    /// <returns>The tensors that are updated.</returns>
    public static LambState UpdateByLamb(this ParameterSet parameters, Tensor gradients, Tensor norm, StepGuardOp guard, StepScalar learningRate,
        LambOptions? options = null, Func<Parameter, float>? rateScale = null)
    {
        TensorGraph graph = gradients.Graph;
        options ??= new LambOptions();
        var state = new LambState(graph.All(parameters, parameters.Values), graph.All(parameters, parameters.Companion("first_moment")),
            graph.All(parameters, parameters.Companion("second_moment")));
        uint[] chunks = parameters.Parameters.SelectMany(parameter => Chunks(parameter, options)).ToArray();
        Tensor table = graph.Constant<uint>($"{parameters.Name}.parameter_chunks", new Shape(chunks.Length / 3, 3), chunks, ElementType.UInt32);
        return graph.Add(new LambOp(state, gradients, norm, guard, UpdateChecks.ChunkScales(graph, parameters, rateScale), table, learningRate, options)).State;
    }

    // First chunk, number of chunks, whether there is a trust ratio.
    private static uint[] Chunks(Parameter parameter, LambOptions options)
    {
        bool adapts = options.AlwaysAdapt || (parameter.IsDecayed && options.WeightDecay > 0.0);
        return new[]
        {
            (uint)(parameter.OffsetBytes / 4 / ParameterSet.AlignmentElements), (uint)Lowering.DivideUp(parameter.Count, ParameterSet.AlignmentElements), adapts ? 1u : 0u,
        };
    }
}
