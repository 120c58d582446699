using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.OpCases.Matmul;

/// <summary>
/// Products by matrices that a whole workgroup holds, which no device takes by itself: forced on operands of fp32 and of 16 bits, with every way to end a
/// product, and with each of the tiles that the device has. What their numbers are is compared as everywhere else.
/// </summary>
public sealed class WorkgroupMatmulCase : IOpCases
{
    // As many as a device can have: three lengths each way, two inner lengths, and workgroups of a few sizes.
    private const int MostTiles = 36;

    // Inside, at and beyond the edges of one tile and of several, and sums that are cut. Matrices begin at multiples of 16 bytes: a result has whole fours.
    private static readonly (int M, int N, int K)[] Sizes =
    {
        (1, 4, 1), (4, 1, 7), (5, 8, 12), (17, 24, 1026), (48, 64, 8), (63, 68, 31), (64, 64, 64), (66, 130, 65), (97, 100, 6), (129, 132, 70), (4, 8, 1000), (130, 6, 2050),
        (300, 520, 72),
    };

    private static readonly (int[] Batch, int M, int N, int K)[] Batched =
    {
        (new[] { 2 }, 4, 8, 12), (new[] { 3 }, 68, 72, 40), (new[] { 2, 3 }, 8, 12, 4), (new[] { 2, 1, 2 }, 20, 16, 24), (new[] { 3 }, 4, 4, 520), (new[] { 70 }, 2, 8, 4),
    };

    private static readonly string[] Layouts = { "nn", "nt", "tn" };

    /// <inheritdoc/>
    public IEnumerable<OpCase> Cases() => Products().Concat(Layers()).Concat(Layouts.SelectMany(Tiles));

    /// <summary>The form forced on a case in 16 bits.</summary>
    /// <param name="opCase">The case.</param>
    public static OpCase Force(OpCase opCase) => opCase with
    {
        Variant = $"{Name(opCase.Precision)}, whole workgroups",
        Profile = profile => profile with { PrefersWorkgroupMatrices = true },
        Lack = profile => profile.WhyNoWorkgroupMatrices(opCase.Precision),
    };

    private static IEnumerable<OpCase> Products() => Layouts.SelectMany(layout =>
    {
        IEnumerable<OpCase> plain = Sizes.Select(size => MatMulCase.Case(layout, Array.Empty<int>(), size.M, size.N, size.K) with { DifferenceCount = 4 });
        IEnumerable<OpCase> batched = Batched.Select(size => MatMulCase.Case(layout, size.Batch, size.M, size.N, size.K));
        return plain.Concat(batched).SelectMany(opCase => new[] { opCase, OfActivations(opCase) }).SelectMany(Forced);
    });

    // Bias, activation, residual and GELU's gradient; a result in 16 bits where another product reads it; sums whose pieces are added elsewhere.
    private static IEnumerable<OpCase> Layers()
    {
        foreach ((Shape input, int outputs) in new[] { (new Shape(4, 8), 12), (new Shape(2, 6, 12), 9), (new Shape(130, 64), 136), (new Shape(6, 1028), 6) })
            foreach (Activation activation in Enum.GetValues<Activation>())
                foreach (bool residual in new[] { false, true })
                    foreach (OpCase form in Forced(LinearCase.Case(input, outputs, true, activation, residual, true))) yield return form;
        foreach ((int rows, int width, int hidden) in new[] { (33, 64, 96), (64, 32, 128), (200, 36, 20), (6, 1028, 12) })
            foreach (OpCase form in Forced(MlpCase.Mlp(rows, width, hidden, Activation.Gelu, false)))
                yield return form with
                {
                    Tolerance = form.Precision == Precision.Float16 ? 2e-3 : 1.6e-2,
                    GradientTolerance = form.Precision == Precision.Float16 ? 4e-3 : 3.2e-2,
                };
    }

    private static IEnumerable<OpCase> Tiles(string layout)
    {
        const int m = 300, n = 520, k = 264;
        KernelWork work = layout == "nn" ? KernelWork.MatmulNn : layout == "nt" ? KernelWork.MatmulNt : KernelWork.MatmulTn;
        OpCase opCase = OfActivations(MatMulCase.Case(layout, Array.Empty<int>(), m, n, k)) with { GradientTolerance = 0 };
        foreach (OpCase rounded in new[] { opCase.On(Precision.Float16), opCase.On(Precision.BFloat16) })
            for (int i = 0; i < MostTiles; i++)
            {
                int number = i;
                KernelSize size = KernelSize.Of(work, rounded.Precision, m, n, k);
                KernelTile TileOn(DeviceProfile profile) => KernelCandidates.TilesOf(profile, size).Where(tile => tile.Invocations > 0).ElementAtOrDefault(number);
                yield return rounded with
                {
                    Variant = $"{Name(rounded.Precision)}, whole workgroups, tile {number}",
                    Profile = profile => profile with { Tuning = new KernelTable(new[] { new KernelChoice(size, TileOn(profile), 0) }, "forced") },
                    Lack = profile => profile.WhyNoWorkgroupMatrices(rounded.Precision) ?? (TileOn(profile).M == 0 ? $"has fewer than {number + 1} tiles for whole workgroups" : null),
                };
            }
    }

    // What an activation leaves lies in memory in 16 bits, where its rows are whole fours.
    private static OpCase OfActivations(OpCase opCase) => opCase with
    {
        Name = $"{opCase.Name} of activations",
        Build = tensors => opCase.Build(tensors.Select(tensor => tensor.Relu()).ToArray()),
        Reference = values => opCase.Reference(values.Select(value => Array.ConvertAll(value, x => Math.Max(x, 0.0))).ToArray()),
        DifferenceStep = 1e-7,
    };

    private static OpCase[] Forced(OpCase opCase) => new[] { Force(opCase.On(Precision.Float16)), Force(opCase.On(Precision.BFloat16)) };

    private static string Name(Precision precision) => precision == Precision.Float16 ? "fp16" : "bf16";
}
