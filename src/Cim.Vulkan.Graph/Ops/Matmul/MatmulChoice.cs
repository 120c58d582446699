using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>The one place that chooses a kernel of the matrix multiply family, its tiles and its splits, and launches it.</summary>
internal static class MatmulChoice
{
    /// <summary>Least inner length of a piece, where sums are cut.</summary>
    public const long LeastInnerOfPiece = 256;

    private const int DirectColumns = 8;

    // What loading the right operand weighs beside a row of products.
    private const int RowsOfLoads = 20;

    private static readonly int[] s_directRows = { 32, 24, 16, 8, 4 };

    /// <summary>How many workgroups keep a device of this kind busy: below, sums are cut into pieces.</summary>
    /// <param name="device">The device.</param>
    public static long WantedGroups(DeviceProfile device) => device.IsCpu ? 16 : 256;

    /// <summary>The tiles of the kernel for CPU drivers.</summary>
    /// <param name="device">The device.</param>
    public static IEnumerable<KernelTile> DirectTiles(DeviceProfile device) =>
        new[] { DirectColumns, 2 * DirectColumns }.SelectMany(columns => s_directRows.Select(rows => new KernelTile(rows, DirectForm.LocalSize(device) * columns)));

    /// <summary>Appends the launches of a product.</summary>
    /// <param name="lowering">Takes the launches and gives scratch.</param>
    /// <param name="problem">The product.</param>
    public static void Launch(Lowering lowering, MatmulProblem problem)
    {
        Tiles tiles = ProductTilesFor(lowering, problem, problem.Batches);
        long groups = GroupsOfMatrix(problem, tiles) * problem.Batches;
        // The kernel that adds pieces reads and writes fp32; what lies in 16 bits is an activation, with rows enough.
        bool mayCut = problem.HasEvenBatches && lowering.StorageOf(problem.C.Tensor) == 0 && (problem.Residual is null || lowering.StorageOf(problem.Residual) == 0);
        (long splits, long perSplit) = mayCut ? Cut(Wanted(lowering, problem), problem.K, groups) : (1, problem.K);
        if (splits == 1)
        {
            IEnumerable<MatmulProblem> rounds = tiles.IsDirect ? InnerRounds.Of(lowering, problem) : new[] { problem };
            foreach (MatmulProblem round in rounds) LaunchProduct(lowering, round, tiles, 1, round.K);
            return;
        }
        Tensor pieces = lowering.Scratch(new Shape((int)splits, (int)(problem.Batches * problem.M), (int)problem.N));
        long matrix = problem.M * problem.N;
        var raw = new MatmulOperand(pieces, problem.N, problem.InnerCount * matrix, matrix);
        MatmulProblem cut = problem with { C = raw, Bias = null, Scale = null, RowFactors = null, Residual = null, Activation = Activation.None, IsGeluGradient = false };
        LaunchProduct(lowering, cut, tiles, splits, perSplit);
        LaunchReduce(lowering, problem, pieces, splits);
    }

    /// <summary>Appends the launches of the sum of a product's outer batches, in fixed order.</summary>
    /// <param name="lowering">Takes the launches and gives scratch.</param>
    /// <param name="problem">The product, without inner batches and epilogue; c is one packed matrix that fills its tensor.</param>
    public static void LaunchSum(Lowering lowering, MatmulProblem problem)
    {
        if (problem.OuterCount == 1)
        {
            Launch(lowering, problem);
            return;
        }
        Tiles tiles = ProductTilesFor(lowering, problem, problem.OuterCount);
        long groups = GroupsOfMatrix(problem, tiles), matrix = problem.M * problem.N;
        long together = LargestDivisor(problem.OuterCount, WantedGroups(lowering.Device) / groups), rounds = problem.OuterCount / together;
        // Only a single launch may cut the inner dimension too: a later one adds to what the one before has written.
        (long splits, long perSplit) = rounds == 1 ? Cut(WantedGroups(lowering.Device), problem.K, groups * together) : (1, problem.K);
        long pieceCount = together * splits;
        var shape = new Shape((int)pieceCount, (int)problem.M, (int)problem.N);
        Tensor last = pieceCount == 1 ? problem.C.Tensor : lowering.Scratch(shape);
        Tensor? other = rounds == 1 ? null : lowering.Scratch(shape);
        for (long round = 0; round < rounds; round++)
        {
            bool isInLast = (rounds - round) % 2 == 1;
            LaunchProduct(lowering, problem with
            {
                OuterCount = together,
                A = problem.A with { Offset = problem.A.Offset + (round * together * problem.A.OuterStride) },
                B = problem.B with { Offset = problem.B.Offset + (round * together * problem.B.OuterStride) },
                C = new MatmulOperand(isInLast ? last : other!, problem.N, matrix),
                Residual = round == 0 ? null : isInLast ? other : last,
            }, tiles, splits, perSplit);
        }
        if (pieceCount > 1) LaunchReduce(lowering, problem with { OuterCount = 1 }, last, pieceCount);
    }

    /// <summary>Appends the launch that adds pieces of one packed matrix in ascending order.</summary>
    /// <param name="lowering">Takes the launch.</param>
    /// <param name="pieces"><c>[pieces, elements]</c></param>
    /// <param name="sum">As many elements as a piece.</param>
    public static void LaunchSumOfPieces(Lowering lowering, Tensor pieces, Tensor sum) => lowering.LaunchLinear(
        MatmulSplitKReduceKernel.Call(pieces, pieces, pieces, pieces, pieces, sum, 1, 1, (uint)sum.Count, (uint)(pieces.Count / sum.Count), (uint)sum.Count, 0, 0, 0, 1f),
        sum.Count, pieces.Count);

    // Rows and columns of c that a workgroup owns. Direct: ThreadTile is 0 and M the rows of an invocation.
    internal readonly record struct Tiles(int M, int N, int ThreadTile, int LocalSize, CooperativeTile? Cooperative = null, WorkgroupTile? Workgroup = null)
    {
        public bool IsDirect => ThreadTile == 0 && Cooperative is null && Workgroup is null;

        public static Tiles Of(WorkgroupTile t) => new(t.M, t.N, 0, t.Invocations, Workgroup: t);

        public static Tiles Of(CooperativeTile t) => new(t.M, t.N, 0, t.LocalSize, t);

        public static Tiles Of(TileChoice t) => new(t.M, t.N, t.ThreadTile, t.LocalSize);
    }

    // Tables are of single products.
    private static KernelTile? TunedFor(Lowering lowering, MatmulProblem problem, long batches) => batches == 1 ? lowering.Device.TunedTile(SizeOf(lowering, problem)) : null;

    // Of a product that is written as a whole: kernels that keep the largest element alone have no form on matrices of workgroups.
    private static Tiles ProductTilesFor(Lowering lowering, MatmulProblem problem, long batches) =>
        WorkgroupMatmul.TileFor(lowering, problem, batches, TunedFor(lowering, problem, batches)) is { } tile ? Tiles.Of(tile) : TilesFor(lowering, problem, batches);

    internal static Tiles TilesFor(Lowering lowering, MatmulProblem problem, long batches)
    {
        DeviceProfile device = lowering.Device;
        KernelTile? tuned = TunedFor(lowering, problem, batches) is { IsOfWorkgroup: false } known ? known : null;
        if (CooperativeTile.For(device, lowering.Precision, problem.M, problem.N, batches, tuned: tuned) is { } cooperative)
            return Tiles.Of(cooperative);
        // The form for CPU drivers reads fp32 only.
        if (DirectForm.Suits(device) && lowering.Precision == Precision.Float32) return DirectTiles(device, problem, tuned);
        return Tiles.Of(TileChoice.For(device, problem.M, problem.N, tuned: tuned, precision: lowering.Precision));
    }

    private static Tiles DirectTiles(DeviceProfile device, MatmulProblem problem, KernelTile? tuned)
    {
        int local = DirectForm.LocalSize(device);
        if (tuned is { } best) return new Tiles(best.M, best.N, 0, local);
        int cheapest = s_directRows[0];
        foreach (int rows in s_directRows)
            if (CostOfRows(problem.M, rows) < CostOfRows(problem.M, cheapest)) cheapest = rows;
        return new Tiles(cheapest, local * DirectColumns, 0, local);
    }

    // More rows share what is loaded of the right operand, but may compute more beyond the last.
    private static long CostOfRows(long m, int rows) => Lowering.DivideUp(m, rows) * (rows + RowsOfLoads);

    // Tables are of single products: those of a batch fill a device together.
    private static long Wanted(Lowering lowering, MatmulProblem problem) =>
        problem.Batches == 1 ? lowering.Device.Tuning.WantedGroupsFor(lowering.Device, SizeOf(lowering, problem)) : WantedGroups(lowering.Device);

    private static KernelSize SizeOf(Lowering lowering, MatmulProblem p) => KernelSize.Of(p.Layout switch
    {
        MatmulLayout.Nn => KernelWork.MatmulNn,
        MatmulLayout.Nt => KernelWork.MatmulNt,
        _ => KernelWork.MatmulTn,
    }, lowering.Precision, p.M, p.N, p.K);

    private static long LargestDivisor(long number, long limit)
    {
        for (long divisor = Math.Min(number, limit); divisor > 1; divisor--)
            if (number % divisor == 0) return divisor;
        return 1;
    }

    private static long GroupsOfMatrix(MatmulProblem problem, Tiles tiles) =>
        Lowering.DivideUp(problem.M, tiles.M) * Lowering.DivideUp(problem.N, tiles.N);

    // A long inner dimension over few workgroups, as weight gradients have, is cut so that there is work for the whole device.
    private static (long Splits, long PerSplit) Cut(long wantedGroups, long k, long groups)
    {
        long splits = Math.Min(wantedGroups / groups, k / LeastInnerOfPiece);
        if (splits < 2) return (1, k);
        long perSplit = Lowering.DivideUp(Lowering.DivideUp(k, splits), TileChoice.K) * TileChoice.K;
        return (Lowering.DivideUp(k, perSplit), perSplit);
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
        KernelCall<Tensor> call = tiles.Workgroup is { } workgroup ? WorkgroupMatmul.Call(lowering, p, workgroup, numbers)
            : tiles.Cooperative is { } cooperative ? CooperativeMatmul.Call(lowering, p, cooperative, numbers)
            : lowering.Precision != Precision.Float32 ? HalfTiledMatmul.Call(lowering, p, tiles, numbers)
            : tiles.IsDirect ? DirectCall(p, tiles, numbers) : TiledCall(p, tiles, numbers);
        (long x, long y, long z) = (Lowering.DivideUp(p.M, tiles.M), Lowering.DivideUp(p.N, tiles.N), p.Batches * splits);
        if (tiles.IsDirect) DirectForm.Launch(lowering, call, x, y, z, p.Flops);
        else lowering.Launch(call, x, y, z, p.Flops);
    }

    // An operand that is switched off stands for nothing, but its binding wants a buffer, and one that the kernel does not write.
    private static KernelCall<Tensor> DirectCall(MatmulProblem p, Tiles tiles, uint[] u) => MatmulDirectKernel.Call(
        p.A.Tensor, p.B.Tensor, p.Bias ?? p.A.Tensor, p.Residual ?? p.A.Tensor, p.Scale ?? p.A.Tensor, p.RowFactors ?? p.A.Tensor, p.C.Tensor,
        u[0], u[1], u[2], u[3], u[4], u[5], u[6], u[7], u[8], u[9], u[10], u[11], u[12], u[13], u[14], u[15], u[16], u[17], u[18], u[19], p.Alpha,
        (MatmulDirectKernel.Layout)p.Layout, p.ReadsByFours ? MatmulDirectKernel.Width.Width4 : MatmulDirectKernel.Width.Width1,
        localSizeX: (uint)tiles.LocalSize, hasBias: p.Bias is not null, activation: p.Epilogue, hasResidual: p.Residual is not null,
        biasPerRow: p.BiasPerRow, hasScale: p.Scale is not null, rowsPerFactor: p.RowsPerFactor, rows: (uint)tiles.M, columns: (uint)(tiles.N / tiles.LocalSize), foursC: p.WritesByFours);

    private static KernelCall<Tensor> TiledCall(MatmulProblem p, Tiles tiles, uint[] u) => MatmulTiledKernel.Call(
        p.A.Tensor, p.B.Tensor, p.Bias ?? p.A.Tensor, p.Residual ?? p.A.Tensor, p.Scale ?? p.A.Tensor, p.RowFactors ?? p.A.Tensor, p.C.Tensor,
        u[0], u[1], u[2], u[3], u[4], u[5], u[6], u[7], u[8], u[9], u[10], u[11], u[12], u[13], u[14], u[15], u[16], u[17], u[18], u[19], p.Alpha,
        (MatmulTiledKernel.Layout)p.Layout, p.ReadsByFours ? MatmulTiledKernel.Width.Width4 : MatmulTiledKernel.Width.Width1,
        tiles.ThreadTile == 8 ? MatmulTiledKernel.ThreadTile.ThreadTile8 : MatmulTiledKernel.ThreadTile.ThreadTile4,
        localSizeX: (uint)tiles.LocalSize, hasBias: p.Bias is not null, activation: p.Epilogue, hasResidual: p.Residual is not null,
        biasPerRow: p.BiasPerRow, hasScale: p.Scale is not null, rowsPerFactor: p.RowsPerFactor, tileM: (uint)tiles.M, tileN: (uint)tiles.N, tileK: TileChoice.K);

    private static void LaunchReduce(Lowering lowering, MatmulProblem p, Tensor pieces, long splits)
    {
        long count = p.Batches * p.M * p.N;
        long batchStride = p.InnerCount == 1 ? p.C.OuterStride : p.C.InnerStride;
        lowering.LaunchLinear(
            MatmulSplitKReduceKernel.Call(pieces, p.Bias ?? pieces, p.Residual ?? pieces, p.Scale ?? pieces, p.RowFactors ?? pieces, p.C.Tensor,
                (uint)p.Batches, (uint)p.M, (uint)p.N, (uint)splits, (uint)p.C.RowStride, (uint)batchStride, (uint)p.C.Offset, 0, p.Alpha,
                hasBias: p.Bias is not null, activation: p.Epilogue, hasResidual: p.Residual is not null,
                biasPerRow: p.BiasPerRow, hasScale: p.Scale is not null, rowsPerFactor: p.RowsPerFactor),
            count, splits * (double)count);
    }
}
