using System;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>Launches products of which only the row of every column's largest element is kept: pieces of stretches of rows, then the best of the pieces.</summary>
internal static class ArgMaxProduct
{
    // A workgroup walks many tiles, so that a last round that fills the device badly costs much: several rounds.
    private const int Rounds = 4;

    /// <summary>Appends the launches.</summary>
    /// <param name="lowering">Takes the launches and gives scratch.</param>
    /// <param name="p">The product, nn or nt, the left operand the same for all outer batches, with at most a bias a row; c is int <c>[batches, n]</c>.</param>
    public static void Launch(Lowering lowering, MatmulProblem p)
    {
        MatmulChoice.Tiles tiles = MatmulChoice.TilesFor(lowering, p, p.Batches);
        long rowTiles = Lowering.DivideUp(p.M, tiles.M), columnGroups = Lowering.DivideUp(p.N, tiles.N) * p.Batches;
        long wanted = MatmulChoice.WantedGroups(lowering.Device) * (lowering.Device.IsCpu ? 1 : Rounds);
        long tilesPerStretch = Lowering.DivideUp(rowTiles, Math.Max(1, Math.Min(rowTiles, wanted / columnGroups)));
        long stretches = Lowering.DivideUp(rowTiles, tilesPerStretch), pieces = stretches * PiecesOfStretch(tiles), columns = p.Batches * p.N;
        var shape = new Shape((int)pieces, checked((int)columns));
        Tensor values = lowering.Scratch(shape), rows = lowering.Scratch(shape, ElementType.Int32);
        uint[] numbers = Array.ConvertAll(
            new[] { p.M, p.N, p.K, p.A.RowStride, p.B.RowStride, p.B.OuterStride, tilesPerStretch * tiles.M }, number => checked((uint)number));
        KernelCall<Tensor> call = tiles.Cooperative is { } cooperative ? CooperativeCall(lowering, p, cooperative, values, rows, numbers)
            : lowering.Precision != Precision.Float32 ? HalfTiledMatmul.ArgMaxCall(lowering, p, tiles, values, rows, numbers)
            : tiles.IsDirect ? DirectCall(p, tiles, values, rows, numbers) : TiledCall(p, tiles, values, rows, numbers);
        if (tiles.IsDirect) DirectForm.Launch(lowering, call, stretches, Lowering.DivideUp(p.N, tiles.N), p.Batches, p.Flops);
        else lowering.Launch(call, stretches, Lowering.DivideUp(p.N, tiles.N), p.Batches, p.Flops);
        lowering.LaunchLinear(ArgMaxJoinKernel.Call(values, rows, p.C.Tensor, (uint)pieces, (uint)columns), columns, pieces * (double)columns);
    }

    // How many hold rows of the same column: invocations below each other, or lanes of subgroups below each other.
    private static long PiecesOfStretch(MatmulChoice.Tiles tiles)
    {
        if (tiles.Cooperative is not { } t) return tiles.ThreadTile == 0 ? 1 : tiles.M / tiles.ThreadTile;
        return t.SubgroupsM * (Math.Min(4 * t.SubgroupSize, t.Matrix.M * t.Matrix.N) / t.Matrix.N);
    }

    // A bias that is switched off stands for nothing, but its binding wants a buffer.
    private static KernelCall<Tensor> DirectCall(MatmulProblem p, MatmulChoice.Tiles tiles, Tensor values, Tensor rows, uint[] u) => MatmulArgMaxDirectKernel.Call(
        p.A.Tensor, p.B.Tensor, p.Bias ?? p.A.Tensor, values, rows, u[0], u[1], u[2], u[3], u[4], u[5], u[6],
        (MatmulArgMaxDirectKernel.Layout)p.Layout, p.ReadsByFours ? MatmulArgMaxDirectKernel.Width.Width4 : MatmulArgMaxDirectKernel.Width.Width1,
        localSizeX: (uint)tiles.LocalSize, hasBias: p.Bias is not null, rows: (uint)tiles.M, columns: (uint)(tiles.N / tiles.LocalSize));

    private static KernelCall<Tensor> TiledCall(MatmulProblem p, MatmulChoice.Tiles tiles, Tensor values, Tensor rows, uint[] u) => MatmulArgMaxTiledKernel.Call(
        p.A.Tensor, p.B.Tensor, p.Bias ?? p.A.Tensor, values, rows, u[0], u[1], u[2], u[3], u[4], u[5], u[6],
        (MatmulArgMaxTiledKernel.Layout)p.Layout, p.ReadsByFours ? MatmulArgMaxTiledKernel.Width.Width4 : MatmulArgMaxTiledKernel.Width.Width1,
        tiles.ThreadTile == 8 ? MatmulArgMaxTiledKernel.ThreadTile.ThreadTile8 : MatmulArgMaxTiledKernel.ThreadTile.ThreadTile4,
        localSizeX: (uint)tiles.LocalSize, hasBias: p.Bias is not null, tileM: (uint)tiles.M, tileN: (uint)tiles.N, tileK: TileChoice.K);

    private static KernelCall<Tensor> CooperativeCall(Lowering lowering, MatmulProblem p, CooperativeTile t, Tensor values, Tensor rows, uint[] u)
    {
        p = p.OnCopies(lowering);
        KernelCall<Tensor> call = MatmulArgMaxCooperativeKernel.Call(
            p.A.Tensor, p.B.Tensor, p.Bias ?? p.A.Tensor, values, rows, u[0], u[1], u[2], u[3], u[4], u[5], u[6],
            (MatmulArgMaxCooperativeKernel.Layout)p.Layout,
            t.Matrix.Precision == Precision.BFloat16 ? MatmulArgMaxCooperativeKernel.Product.BFloat16 : MatmulArgMaxCooperativeKernel.Product.Float16,
            localSizeX: (uint)t.LocalSize, hasBias: p.Bias is not null,
            tileM: (uint)t.M, tileN: (uint)t.N, tileK: (uint)t.K, matrixM: (uint)t.Matrix.M, matrixN: (uint)t.Matrix.N, matrixK: (uint)t.Matrix.K,
            subgroupSize: (uint)t.SubgroupSize, subgroupsN: (uint)t.SubgroupsN, foursA: p.ReadsAByFours, foursB: p.ReadsBByFours,
            storageA: lowering.StorageOf(p.A.Tensor), storageB: lowering.StorageOf(p.B.Tensor));
        call.RequiredSubgroupSize = t.SubgroupSize;
        return call;
    }
}
