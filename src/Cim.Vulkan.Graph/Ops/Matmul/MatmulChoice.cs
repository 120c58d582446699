using System;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>The one place that chooses a kernel of the matrix multiply family, its tiles and its splits, and launches it.</summary>
internal static class MatmulChoice
{
    private const uint VendorAmd = 0x1002, VendorNvidia = 0x10DE;
    private const int TileK = 16, DirectColumns = 8;

    /// <summary>Appends the launches of a product.</summary>
    /// <param name="lowering">Takes the launches and gives scratch.</param>
    /// <param name="problem">The product.</param>
    public static void Launch(Lowering lowering, MatmulProblem problem)
    {
        Tiles tiles = TilesFor(lowering.Device, problem);
        long splits = SplitsFor(lowering.Device, problem, tiles);
        if (splits == 1)
        {
            LaunchProduct(lowering, problem, tiles, 1, problem.K);
            return;
        }
        long perSplit = Lowering.DivideUp(Lowering.DivideUp(problem.K, splits), TileK) * TileK;
        splits = Lowering.DivideUp(problem.K, perSplit);
        Tensor pieces = lowering.Scratch(new Shape((int)splits, (int)(problem.Batches * problem.M), (int)problem.N));
        long matrix = problem.M * problem.N;
        var raw = new MatmulOperand(pieces, problem.N, problem.InnerCount * matrix, matrix);
        LaunchProduct(lowering, problem with { C = raw, Bias = null, Residual = null, Activation = Activation.None, Alpha = 1f }, tiles, splits, perSplit);
        LaunchReduce(lowering, problem, pieces, splits);
    }

    // Rows and columns of c that a workgroup owns. Direct: ThreadTile is 0 and M the rows of an invocation.
    private readonly record struct Tiles(int M, int N, int ThreadTile, int LocalSize);

    private static Tiles TilesFor(DeviceProfile device, MatmulProblem problem)
    {
        if (device.IsCpu)
        {
            int local = Math.Max(1, Math.Min(device.SubgroupSize, device.MaxWorkgroupInvocations));
            int rows = problem.M >= 96 ? 24 : problem.M > 8 ? 16 : problem.M > 4 ? 8 : 4;
            return new Tiles(rows, local * DirectColumns, 0, local);
        }
        bool isWide = device.VendorId is VendorAmd or VendorNvidia && problem.M >= 1024 && problem.N >= 1024;
        if (isWide && device.MaxWorkgroupInvocations >= 256 && device.MaxSharedMemoryBytes >= SharedBytes(128, 128)) return new Tiles(128, 128, 8, 256);
        int tileM = TileAlong(problem.M), tileN = TileAlong(problem.N);
        if (tileM * tileN / 16 > device.MaxWorkgroupInvocations) tileN /= 2;
        return new Tiles(tileM, tileN, 4, tileM * tileN / 16);
    }

    private static int TileAlong(long length) => length <= 16 ? 16 : length <= 32 ? 32 : 64;

    private static int SharedBytes(int tileM, int tileN) => 4 * TileK * (tileM + tileN + 8);

    // A long inner dimension over few tiles, as weight gradients have, is cut so that there is work for the whole device.
    private static long SplitsFor(DeviceProfile device, MatmulProblem problem, Tiles tiles)
    {
        (long wantedGroups, long leastK) = device.IsCpu ? (16, 256) : (256, 256);
        long groups = Lowering.DivideUp(problem.M, tiles.M) * Lowering.DivideUp(problem.N, tiles.N) * problem.Batches;
        if (groups * 2 > wantedGroups || problem.K < 2 * leastK || !problem.HasEvenBatches) return 1;
        return Math.Max(1, Math.Min(wantedGroups / groups, problem.K / leastK));
    }

    private static void LaunchProduct(Lowering lowering, MatmulProblem p, Tiles tiles, long splits, long perSplit)
    {
        long splitStride = p.Batches * p.M * p.N;
        uint[] numbers = Array.ConvertAll(
            new[]
            {
                p.M, p.N, p.K, p.A.RowStride, p.B.RowStride, p.C.RowStride, p.InnerCount, p.A.Offset, p.B.Offset, p.C.Offset, 0,
                p.A.OuterStride, p.B.OuterStride, p.C.OuterStride, p.A.InnerStride, p.B.InnerStride, p.C.InnerStride, splits, perSplit, splitStride,
            },
            number => checked((uint)number));
        KernelCall<Tensor> call = tiles.ThreadTile == 0 ? DirectCall(p, tiles, numbers) : TiledCall(p, tiles, numbers);
        lowering.Launch(call, Lowering.DivideUp(p.M, tiles.M), Lowering.DivideUp(p.N, tiles.N), p.Batches * splits, p.Flops);
    }

    // An operand that is switched off stands for nothing, but its binding wants a buffer, and one that the kernel does not write.
    private static KernelCall<Tensor> DirectCall(MatmulProblem p, Tiles tiles, uint[] u) => MatmulDirectKernel.Call(
        p.A.Tensor, p.B.Tensor, p.Bias ?? p.A.Tensor, p.Residual ?? p.A.Tensor, p.C.Tensor,
        u[0], u[1], u[2], u[3], u[4], u[5], u[6], u[7], u[8], u[9], u[10], u[11], u[12], u[13], u[14], u[15], u[16], u[17], u[18], u[19], p.Alpha,
        (MatmulDirectKernel.Layout)p.Layout, p.ReadsByFours ? MatmulDirectKernel.Width.Width4 : MatmulDirectKernel.Width.Width1,
        localSizeX: (uint)tiles.LocalSize, hasBias: p.Bias is not null, activation: (uint)p.Activation, hasResidual: p.Residual is not null,
        rows: (uint)tiles.M);

    private static KernelCall<Tensor> TiledCall(MatmulProblem p, Tiles tiles, uint[] u) => MatmulTiledKernel.Call(
        p.A.Tensor, p.B.Tensor, p.Bias ?? p.A.Tensor, p.Residual ?? p.A.Tensor, p.C.Tensor,
        u[0], u[1], u[2], u[3], u[4], u[5], u[6], u[7], u[8], u[9], u[10], u[11], u[12], u[13], u[14], u[15], u[16], u[17], u[18], u[19], p.Alpha,
        (MatmulTiledKernel.Layout)p.Layout, p.ReadsByFours ? MatmulTiledKernel.Width.Width4 : MatmulTiledKernel.Width.Width1,
        tiles.ThreadTile == 8 ? MatmulTiledKernel.ThreadTile.ThreadTile8 : MatmulTiledKernel.ThreadTile.ThreadTile4,
        localSizeX: (uint)tiles.LocalSize, hasBias: p.Bias is not null, activation: (uint)p.Activation, hasResidual: p.Residual is not null,
        tileM: (uint)tiles.M, tileN: (uint)tiles.N, tileK: TileK);

    private static void LaunchReduce(Lowering lowering, MatmulProblem p, Tensor pieces, long splits)
    {
        long count = p.Batches * p.M * p.N;
        long batchStride = p.InnerCount == 1 ? p.C.OuterStride : p.C.InnerStride;
        lowering.LaunchLinear(
            MatmulSplitKReduceKernel.Call(pieces, p.Bias ?? pieces, p.Residual ?? pieces, p.C.Tensor, (uint)p.Batches, (uint)p.M, (uint)p.N, (uint)splits,
                (uint)p.C.RowStride, (uint)batchStride, (uint)p.C.Offset, 0, p.Alpha,
                hasBias: p.Bias is not null, activation: (uint)p.Activation, hasResidual: p.Residual is not null),
            count, splits * (double)count);
    }
}
