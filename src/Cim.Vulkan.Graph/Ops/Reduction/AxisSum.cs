using System;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>The launches that sum the middle axis of <c>[outer, length, inner]</c>. Their order of additions depends on the shape and the kind of device alone.</summary>
internal static class AxisSum
{
    private const int ShortLength = 64;
    private const int CpuInvocations = 512;
    private const int GpuInvocations = 16384;

    public static void Launch(Lowering lowering, Tensor source, Tensor target, int outer, int length, int inner, float factor)
    {
        int chunks = ChooseChunks(lowering.Device.IsCpu, outer, length, inner);
        if (chunks == 1)
        {
            LaunchLast(lowering, source, target, outer, length, inner, factor);
            return;
        }
        Tensor partials = lowering.Scratch(new Shape(outer, chunks, inner));
        LaunchChunks(lowering, source, partials, length, chunks, inner, 1f);
        LaunchLast(lowering, partials, target, outer, chunks, inner, factor);
    }

    // Where there are fewer results than the device runs invocations, every result is made of several partial sums.
    private static int ChooseChunks(bool isCpu, int outer, int length, int inner)
    {
        if (length <= ShortLength) return 1;
        bool oneGroupEach = !isCpu && inner == 1;
        if (oneGroupEach && length <= 4096) return 1;
        long wanted = Lowering.DivideUp(isCpu ? CpuInvocations : GpuInvocations, (long)outer * inner);
        return (int)Math.Min(wanted, oneGroupEach ? length / 16 : (long)Math.Sqrt(length));
    }

    private static void LaunchLast(Lowering lowering, Tensor partials, Tensor target, int outer, int length, int inner, float factor)
    {
        if (!lowering.Device.IsCpu && inner == 1 && length > 16)
            lowering.LaunchGroups(ReduceRowsKernel.Call(partials, target, (uint)outer, (uint)length, factor), outer, (double)outer * length);
        else
            LaunchChunks(lowering, partials, target, length, 1, inner, factor);
    }

    private static void LaunchChunks(Lowering lowering, Tensor source, Tensor target, int length, int chunks, int inner, float factor) =>
        lowering.LaunchLinear(
            ReduceSumKernel.Call(source, target, (uint)target.Count, (uint)length, (uint)chunks, (uint)inner, factor, storageX: lowering.StorageOf(source)),
            target.Count, (double)target.Count / chunks * length);
}
