using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Device;

namespace Cim.Vulkan.Bench;

/// <summary>One program that a compiler made of a variant.</summary>
/// <param name="Kernel">The kernel's name.</param>
/// <param name="Constants">Every specialization constant, and the subgroup size where one is required.</param>
/// <param name="Key">The kernel with the constants that are not at their defaults; tells the row from the device's others.</param>
/// <param name="Figures">What the compiler tells, in one vocabulary.</param>
internal sealed record FarmRow(string Kernel, string Constants, string Key, FarmFigures Figures)
{
    // Where a training step spends its time.
    private static readonly string[] s_hot = ["matmul", "linear", "conv", "attention", "layer_norm", "softmax"];

    /// <summary>Whether the kernel is one of those that a step spends its time in.</summary>
    public bool IsHot => s_hot.Any(prefix => Kernel.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>The driver's name of the program; empty where it did not compile.</summary>
    public string Program { get; init; } = "";

    /// <summary>The compiler's own statistics.</summary>
    public IReadOnlyList<ExecutableStatistic> Statistics { get; init; } = [];

    /// <summary>The works that launch it.</summary>
    public IReadOnlyList<string> Users { get; init; } = [];

    /// <summary>Why it did not compile; empty where it did.</summary>
    public string Problem { get; init; } = "";

    /// <summary>The rows of a variant: one a program, mostly one.</summary>
    public static IEnumerable<FarmRow> Of(FarmVariant variant, IReadOnlyList<PipelineExecutable> programs, FarmCompilerNames? names) => programs.Select(program =>
        new FarmRow(variant.Kernel, variant.Constants, programs.Count == 1 ? variant.Key : $"{variant.Key} simd={program.SubgroupSize}",
            names?.Read(program) ?? new FarmFigures { SubgroupSize = program.SubgroupSize, MatrixInstructions = FarmCompilerNames.CountMatrixInstructions(program.Texts) })
        {
            Program = program.Name,
            Statistics = program.Statistics,
            Users = variant.Users,
        });

    /// <summary>The row of a variant that the compiler refuses.</summary>
    public static FarmRow Failed(FarmVariant variant, string problem) =>
        new(variant.Kernel, variant.Constants, variant.Key, new FarmFigures()) { Problem = problem, Users = variant.Users };
}
