namespace Cim.Vulkan.Bench;

/// <summary>What a compiler tells of a program, in one vocabulary; what it does not tell is null.</summary>
internal sealed record FarmFigures
{
    /// <summary>Invocations of a subgroup: Intel's SIMD width, AMD's wave size; 0 where the driver leaves it open.</summary>
    public int SubgroupSize { get; init; }

    /// <summary>Registers of an invocation; Intel's and Qualcomm's are wider, Apple's narrower than 32 bits, so they compare within a vendor only.</summary>
    public double? Registers { get; init; }

    /// <summary>Registers of a subgroup, where the device has such.</summary>
    public double? ScalarRegisters { get; init; }

    /// <summary>Values that found no register.</summary>
    public double? Spills { get; init; }

    /// <summary>Memory of an invocation for spills and arrays, in bytes.</summary>
    public double? ScratchBytes { get; init; }

    /// <summary>How much fits on a core at once, in the driver's unit: subgroups of a SIMD, warps of an SM, waves or invocations of a core.</summary>
    public double? Occupancy { get; init; }

    /// <summary>Instructions in the program's text.</summary>
    public double? Instructions { get; init; }

    /// <summary>The compiler's estimate of the time, in its own unit.</summary>
    public double? Cycles { get; init; }

    /// <summary>Shared memory of a workgroup in bytes.</summary>
    public double? SharedBytes { get; init; }

    /// <summary>Instructions of the matrix unit in the final assembly.</summary>
    public int? MatrixInstructions { get; init; }
}
