using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using Cim.Vulkan.Device;

namespace Cim.Vulkan.Bench;

/// <summary>How the compilers of one family of drivers call what <see cref="FarmFigures"/> tells. Where several names are given, all are asked.</summary>
/// <param name="Family">The family's name.</param>
/// <param name="DriverWord">A word of its driver name, as Vulkan tells it.</param>
internal sealed partial record FarmCompilerNames(string Family, string DriverWord)
{
    // Statistics have no registry: these are Mesa's words in its release of 2026.
    private static readonly FarmCompilerNames[] s_families =
    [
        new("AMD", "radv")
        {
            Registers = ["VGPRs"], ScalarRegisters = ["SGPRs"], Spills = ["Spilled VGPRs", "Spilled SGPRs"], ScratchBytes = ["Scratch size"],
            Occupancy = ["Subgroups per SIMD"], Instructions = ["Instructions"], Cycles = ["Latency"], SharedBytes = ["LDS size"],
        },
        // What NAK spills to registers of another kind stays on the chip: only memory counts.
        new("NVIDIA", "NVK")
        {
            Registers = ["Number of GPRs"], Spills = ["Spills to memory"], ScratchBytes = ["SLM size"], Occupancy = ["Max warps/SM"],
            Instructions = ["Instruction count"], Cycles = ["Static cycle count"],
        },
        // Before Xe3 all registers are a thread's and "GRF registers" is 0: then the live ones tell how near the end is.
        new("Intel", "Intel")
        {
            Registers = ["GRF registers", "Max live registers"], Spills = ["Spills"], ScratchBytes = ["Scratch Memory Size"],
            Instructions = ["Instructions"], Cycles = ["Cycles"], SharedBytes = ["Workgroup Memory Size"],
        },
        // It counts its stores to private memory, and tells stalls but no time.
        new("Qualcomm", "turnip")
        {
            Registers = ["Registers used"], Spills = ["STP Count"], Occupancy = ["Max Waves Per Core"], Instructions = ["Instruction Count"],
        },
        // Three estimates, one a bottleneck; the longest binds.
        new("Apple", "Honeykrisp")
        {
            Registers = ["GPRs"], Spills = ["Spills"], ScratchBytes = ["Scratch"], Occupancy = ["Threads"],
            Instructions = ["Instructions"], Cycles = ["ALU", "FSCIB", "IC"],
        },
    ];

    /// <summary>The largest counts.</summary>
    public string[] Registers { get; init; } = [];

    /// <summary>The largest counts.</summary>
    public string[] ScalarRegisters { get; init; } = [];

    /// <summary>They are added up.</summary>
    public string[] Spills { get; init; } = [];

    /// <summary>The largest counts.</summary>
    public string[] ScratchBytes { get; init; } = [];

    /// <summary>The largest counts.</summary>
    public string[] Occupancy { get; init; } = [];

    /// <summary>The largest counts.</summary>
    public string[] Instructions { get; init; } = [];

    /// <summary>The largest counts.</summary>
    public string[] Cycles { get; init; } = [];

    /// <summary>The largest counts.</summary>
    public string[] SharedBytes { get; init; } = [];

    /// <summary>The names of a driver; null where its family is not known.</summary>
    /// <param name="driverName">The driver's name, as Vulkan tells it.</param>
    public static FarmCompilerNames? Of(string driverName) =>
        s_families.FirstOrDefault(family => driverName.Contains(family.DriverWord, StringComparison.OrdinalIgnoreCase));

    /// <summary>A program's figures in our vocabulary.</summary>
    public FarmFigures Read(PipelineExecutable program) => new()
    {
        SubgroupSize = program.SubgroupSize,
        Registers = Largest(program, Registers),
        ScalarRegisters = Largest(program, ScalarRegisters),
        Spills = Values(program, Spills) is { Length: > 0 } spills ? spills.Sum() : null,
        ScratchBytes = Largest(program, ScratchBytes),
        Occupancy = Largest(program, Occupancy),
        Instructions = Largest(program, Instructions),
        Cycles = Largest(program, Cycles),
        SharedBytes = Largest(program, SharedBytes),
        MatrixInstructions = CountMatrixInstructions(program.Texts),
    };

    /// <summary>How often the last stage of a compilation uses the matrix unit; null where the driver shows no assembly.</summary>
    public static int? CountMatrixInstructions(IReadOnlyList<ExecutableText> texts)
    {
        ExecutableText? assembly = texts.LastOrDefault(text => text.Name.Contains("assembly", StringComparison.OrdinalIgnoreCase));
        return assembly is null ? null : MatrixInstruction().Count(assembly.Text);
    }

    [GeneratedRegex(@"\b(v_s?wmma|hmma|dpas)", RegexOptions.IgnoreCase)]
    private static partial Regex MatrixInstruction();

    private static double? Largest(PipelineExecutable program, string[] names) => Values(program, names) is { Length: > 0 } values ? values.Max() : null;

    private static double[] Values(PipelineExecutable program, string[] names) =>
        [.. program.Statistics.Where(statistic => names.Contains(statistic.Name)).Select(statistic => statistic.Value)];
}
