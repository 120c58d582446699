using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.OpCases;

namespace Cim.Vulkan.Bench;

/// <summary>One line of a table. Numbers that were not measured are null.</summary>
/// <param name="Op">The op's name.</param>
/// <param name="Case">What tells the case from the op's other cases.</param>
/// <param name="Variant">The forced choice of a kernel; empty where the device chooses.</param>
/// <param name="MaxError">Largest relative error against the reference.</param>
/// <param name="Status"><see cref="Ok"/>, <see cref="Wrong"/> or <see cref="Unsupported"/>.</param>
internal sealed record BenchRow(string Op, string Case, string Variant, double MaxError, string Status)
{
    /// <summary>Everything agrees with the reference.</summary>
    public const string Ok = "ok";

    /// <summary>Something differs from the reference, or the case did not run to its end.</summary>
    public const string Wrong = "wrong";

    /// <summary>The device cannot hold or launch it; <see cref="Reason"/> says why.</summary>
    public const string Unsupported = "unsupported";

    /// <summary>Why there is no time, a line; empty where there is one.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The kernel that did most of the work; empty where nothing was timed.</summary>
    public string Kernel { get; init; } = "";

    /// <summary>Device time of the forward launches of every timed run, in the order of the runs; empty where nothing was timed.</summary>
    public IReadOnlyList<double> Samples { get; init; } = [];

    /// <summary>Median of <see cref="Samples"/>.</summary>
    public double? Milliseconds => Samples.Count == 0 ? null : Quantile(0.5);

    /// <summary>How far the middle half of <see cref="Samples"/> reaches, over the median.</summary>
    public double? Spread => Samples.Count == 0 ? null : (Quantile(0.75) - Quantile(0.25)) / Quantile(0.5);

    /// <summary>Arithmetic over time, a multiply-add counted as two; null where the op states none.</summary>
    public double? GigaflopsPerSecond { get; init; }

    /// <summary>Bytes bound over time.</summary>
    public double? GigabytesPerSecond { get; init; }

    /// <summary>See <see cref="DeviceRoof.ShareOf"/>.</summary>
    public double? RoofShare { get; init; }

    /// <summary>Pictures of a run; null for ops.</summary>
    public int? Images { get; init; }

    /// <summary>Pictures over time; null for ops.</summary>
    public double? ImagesPerSecond { get; init; }

    /// <summary>Floating-point operations of a run as the kernels state them; null for ops.</summary>
    public double? Flops { get; init; }

    /// <summary>Those of matrix products and convolutions alone, without what a kernel computes a second time: what other software has to do as well. Null for ops.</summary>
    public double? MatrixFlops { get; init; }

    /// <summary>Numbers in all networks; null for ops.</summary>
    public long? Parameters { get; init; }

    /// <summary>Memory of the plan that is reused within a run or kept from run to run, in bytes; null for ops.</summary>
    public long? ArenaBytes { get; init; }

    /// <summary>Parameters and optimizer state in bytes; null for ops.</summary>
    public long? PersistentBytes { get; init; }

    /// <summary>What only a training step has.</summary>
    public BenchTraining? Training { get; init; }

    public static BenchRow Of(OpCaseResult result) => new(result.Case.Op, result.Case.Name, result.Case.Variant, result.MaxError, result.Problems.Count == 0 ? Ok : Wrong);

    private double Quantile(double part) => QuantileOf(Samples, part);

    /// <summary>A quantile; between two samples by the straight line through them.</summary>
    internal static double QuantileOf(IReadOnlyList<double> samples, double part)
    {
        double[] sorted = [.. samples.Order()];
        double place = part * (sorted.Length - 1);
        int below = (int)place;
        return sorted[below] + ((place - below) * (sorted[Math.Min(below + 1, sorted.Length - 1)] - sorted[below]));
    }
}
