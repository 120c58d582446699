using System;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>The sum over one axis, scaled. The order of additions depends on the shape and the kind of device alone.</summary>
public sealed class SumOp : Op
{
    private const int ShortLength = 64;
    private const int CpuInvocations = 512;
    private const int GpuInvocations = 16384;
    private readonly float _factor;

    /// <summary>Sums the middle axis.</summary>
    /// <param name="input"><c>[outer, length, inner]</c></param>
    /// <param name="factor">Multiplies every sum: 1 / length makes a mean.</param>
    public SumOp(Tensor input, float factor = 1f)
        : base("sum", new[] { input }, new TensorSpec(input.Shape.Rank == 3 ? new Shape(input.Shape[0], input.Shape[2]) : input.Shape))
    {
        if (input.Shape.Rank != 3) throw Mismatch(Name, $"input must be [outer, length, inner], got {input.Shape}");
        if (input.ElementType != ElementType.Float32) throw Mismatch(Name, $"input must be Float32, got {input.ElementType} for {input}");
        _factor = factor;
    }

    private int Outer => Inputs[0].Shape[0];

    private int Length => Inputs[0].Shape[1];

    private int Inner => Inputs[0].Shape[2];

    /// <inheritdoc/>
    protected internal override void Differentiate(GradientContext context)
    {
        if (context.Needs(0)) context.Set(0, Inputs[0].Graph.Add(new BroadcastOp(context.GradOutput.Reshape(Outer, 1, Inner), Inputs[0].Shape, _factor)).Output);
    }

    /// <inheritdoc/>
    protected internal override bool ReadsHalf(int input) => Inner > 1;

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering)
    {
        int chunks = ChooseChunks(lowering.Device.IsCpu);
        if (chunks == 1)
        {
            LaunchLast(lowering, Inputs[0], Length);
            return;
        }
        Tensor partials = lowering.Scratch(new Shape(Outer, chunks, Inner));
        LaunchChunks(lowering, Inputs[0], partials, Length, chunks, 1f);
        LaunchLast(lowering, partials, chunks);
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"factor={FloatBits.Of(_factor):x8}";

    // Where there are fewer results than the device runs invocations, every result is made of several partial sums.
    private int ChooseChunks(bool isCpu)
    {
        if (Length <= ShortLength) return 1;
        bool oneGroupEach = !isCpu && Inner == 1;
        if (oneGroupEach && Length <= 4096) return 1;
        long wanted = Lowering.DivideUp(isCpu ? CpuInvocations : GpuInvocations, (long)Outer * Inner);
        return (int)Math.Min(wanted, oneGroupEach ? Length / 16 : (long)Math.Sqrt(Length));
    }

    private void LaunchLast(Lowering lowering, Tensor partials, int length)
    {
        if (!lowering.Device.IsCpu && Inner == 1 && length > 16)
            lowering.LaunchGroups(ReduceRowsKernel.Call(partials, Output, (uint)Outer, (uint)length, _factor), Outer, (double)Outer * length);
        else
            LaunchChunks(lowering, partials, Output, length, 1, _factor);
    }

    private void LaunchChunks(Lowering lowering, Tensor source, Tensor target, int length, int chunks, float factor) =>
        lowering.LaunchLinear(
            ReduceSumKernel.Call(source, target, (uint)target.Count, (uint)length, (uint)chunks, (uint)Inner, factor, storageX: lowering.StorageOf(source)),
            target.Count, (double)Outer * length * Inner);
}
