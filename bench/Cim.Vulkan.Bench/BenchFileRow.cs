using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Serialization;

namespace Cim.Vulkan.Bench;

/// <summary>A row as it is stored; what was not measured is null, for JSON has no word for infinity or not-a-number.</summary>
internal sealed record BenchFileRow(string Op, string Case, string Variant)
{
    /// <summary>See <see cref="BenchRow.Kernel"/>.</summary>
    public string Kernel { get; init; } = "";

    /// <summary>See <see cref="BenchRow.GigaflopsPerSecond"/>.</summary>
    public double? Gflops { get; init; }

    /// <summary>See <see cref="BenchRow.GigabytesPerSecond"/>.</summary>
    public double? GigabytesPerSecond { get; init; }

    /// <summary>See <see cref="BenchRow.RoofShare"/>.</summary>
    public double? RoofShare { get; init; }

    /// <summary>See <see cref="BenchRow.Milliseconds"/>.</summary>
    public double? Milliseconds { get; init; }

    /// <summary>See <see cref="BenchRow.Spread"/>.</summary>
    public double? Spread { get; init; }

    /// <summary>See <see cref="BenchRow.MaxError"/>.</summary>
    public double? MaxError { get; init; }

    /// <summary>See <see cref="BenchRow.Status"/>.</summary>
    public string Status { get; init; } = "";

    /// <summary>See <see cref="BenchRow.Reason"/>.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The arithmetic, such as <c>fp16</c>; empty in files of before it was stored, which are all <c>fp32</c>.</summary>
    public string Precision { get; init; } = "";

    /// <summary><see cref="Precision"/>, said for every file.</summary>
    [JsonIgnore]
    public string Arithmetic => Precision.Length > 0 ? Precision : "fp32";

    /// <summary>See <see cref="BenchRow.Images"/>.</summary>
    public int? Images { get; init; }

    /// <summary>See <see cref="BenchRow.ImagesPerSecond"/>.</summary>
    public double? ImagesPerSecond { get; init; }

    /// <summary>See <see cref="BenchRow.Flops"/>.</summary>
    public double? Flops { get; init; }

    /// <summary>See <see cref="BenchRow.MatrixFlops"/>.</summary>
    public double? MatrixFlops { get; init; }

    /// <summary>See <see cref="BenchRow.Parameters"/>.</summary>
    public long? Parameters { get; init; }

    /// <summary>See <see cref="BenchRow.ArenaBytes"/>.</summary>
    public long? ArenaBytes { get; init; }

    /// <summary>See <see cref="BenchRow.PersistentBytes"/>.</summary>
    public long? PersistentBytes { get; init; }

    /// <summary>See <see cref="BenchRow.Training"/>.</summary>
    public BenchTraining? Training { get; init; }

    /// <summary>See <see cref="BenchRow.Samples"/>.</summary>
    public IReadOnlyList<double> Samples { get; init; } = [];

    /// <summary>The row with empty texts and lists in place of what its file does not have.</summary>
    public BenchFileRow Completed() => this with
    {
        Kernel = Kernel ?? "",
        Status = Status ?? "",
        Reason = Reason ?? "",
        Precision = Precision ?? "",
        Samples = Samples ?? [],
        Training = Training is null ? null : Training with { Profile = [.. (Training.Profile ?? []).Where(kernel => kernel is { Kernel: not null })] },
    };

    public static BenchFileRow Of(BenchRow row) => new(row.Op, row.Case, row.Variant)
    {
        Kernel = row.Kernel,
        Gflops = Finite(row.GigaflopsPerSecond),
        GigabytesPerSecond = Finite(row.GigabytesPerSecond),
        RoofShare = Finite(row.RoofShare),
        Milliseconds = Finite(row.Milliseconds),
        Spread = Finite(row.Spread),
        MaxError = Finite(row.MaxError),
        Status = row.Status,
        Reason = row.Reason,
        Precision = "fp32",
        Images = row.Images,
        ImagesPerSecond = Finite(row.ImagesPerSecond),
        Flops = Finite(row.Flops),
        MatrixFlops = Finite(row.MatrixFlops),
        Parameters = row.Parameters,
        ArenaBytes = row.ArenaBytes,
        PersistentBytes = row.PersistentBytes,
        Training = row.Training,
        Samples = row.Samples,
    };

    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}
