using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Bench;

/// <summary>How much work a plan is.</summary>
/// <param name="Flops">Floating-point operations as the kernels state them.</param>
/// <param name="MatrixFlops">See <see cref="BenchRow.MatrixFlops"/>.</param>
/// <param name="Bytes">Bytes bound by launches.</param>
/// <param name="Kernel">The kernel with the most work.</param>
internal sealed record PlanWork(double Flops, double MatrixFlops, double Bytes, string Kernel)
{
    // The gradient of a product is two products; attention's kernels compute scores a second time rather than store them.
    private const double BackwardProducts = 2;

    private static readonly IReadOnlyList<string> s_products = ["matmul", "conv2d", "attention"], s_besides = ["softmax", "reduce", "delta"];

    public static PlanWork Of(ExecutionPlan plan)
    {
        DispatchStep[] launches = [.. plan.Steps.OfType<DispatchStep>()];
        double products = launches.Where(launch => !IsAttention(launch) && IsProduct(launch)).Sum(launch => launch.Flops);
        double attention = launches.Where(launch => IsAttention(launch) && !IsBackward(launch) && IsProduct(launch)).Sum(launch => launch.Flops);
        bool hasBackward = launches.Any(launch => IsAttention(launch) && IsBackward(launch));
        string kernel = launches.GroupBy(launch => launch.Call.Kernel.Name).MaxBy(group => (group.Sum(launch => launch.Flops), group.Sum(launch => launch.Bytes)))?.Key ?? "";
        return new PlanWork(launches.Sum(launch => launch.Flops), products + (attention * (hasBackward ? 1 + BackwardProducts : 1)), launches.Sum(launch => (double)launch.Bytes), kernel);
    }

    /// <summary>A row with the work, the speed and the memory of a plan that was timed.</summary>
    /// <param name="row">With its samples.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="roof">What the device can do at most.</param>
    /// <param name="precision">What the plan was made for.</param>
    public static BenchRow Describe(BenchRow row, ExecutionPlan plan, DeviceRoof roof, Precision precision = Precision.Float32)
    {
        PlanWork work = Of(plan);
        double milliseconds = row.Milliseconds!.Value;
        return row with
        {
            Kernel = work.Kernel,
            Flops = work.Flops,
            MatrixFlops = work.MatrixFlops,
            GigaflopsPerSecond = work.Flops / milliseconds / 1e6,
            GigabytesPerSecond = work.Bytes / milliseconds / 1e6,
            RoofShare = roof.ShareOf(work.Flops, work.Bytes, milliseconds, precision),
            ImagesPerSecond = row.ImagesPerSecond ?? (row.Images * 1000 / milliseconds),
            ArenaBytes = plan.Memory.ArenaBytes + plan.Memory.PreparedBytes,
            PersistentBytes = plan.Memory.PersistentBytes,
        };
    }

    /// <summary>The name by which a command is counted in a profile.</summary>
    public static string NameOf(PlanStep step) => step switch { DispatchStep dispatch => dispatch.Call.Kernel.Name, FillStep => "(fill)", _ => "(copy)" };

    private static bool IsAttention(DispatchStep launch) => launch.Label.StartsWith("attention", StringComparison.Ordinal);

    private static bool IsBackward(DispatchStep launch) => launch.Label.StartsWith("attention_backward", StringComparison.Ordinal);

    private static bool IsProduct(DispatchStep launch) => Names(launch, s_products) && !Names(launch, s_besides);

    private static bool Names(DispatchStep launch, IReadOnlyList<string> words) => words.Any(word => launch.Call.Kernel.Name.Contains(word, StringComparison.Ordinal));
}
