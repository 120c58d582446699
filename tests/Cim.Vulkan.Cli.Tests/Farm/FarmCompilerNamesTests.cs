using System.Linq;
using Cim.Vulkan.Bench;
using Cim.Vulkan.Device;
using NUnit.Framework;

namespace Cim.Vulkan.Cli.Tests.Farm;

/// <summary>Statistics under every family's names, as its compiler gives them for some kernel, read into one vocabulary.</summary>
public sealed class FarmCompilerNamesTests
{
    [Test]
    public void AMD_counts_both_kinds_of_registers_and_of_spills()
    {
        FarmFigures figures = Read("radv", 64, "SGPRs=108 VGPRs=96 Spilled SGPRs=3 Spilled VGPRs=4 Code size=5272 LDS size=9216 Scratch size=256 Subgroups per SIMD=12 Instructions=1067 Latency=16656 Inverse Throughput=3646");
        Assert.That(figures, Is.EqualTo(new FarmFigures
        {
            SubgroupSize = 64, Registers = 96, ScalarRegisters = 108, Spills = 7, ScratchBytes = 256, Occupancy = 12, Instructions = 1067, Cycles = 16656, SharedBytes = 9216,
        }));
    }

    [Test]
    public void What_NVK_spills_to_other_registers_is_no_spill()
    {
        FarmFigures figures = Read("NVK", 32, "Instruction count=1930 Static cycle count=49738 Max warps/SM=20 Spills to memory=0 Fills from memory=0 Spills to reg=22 Fills from reg=22 Code size=30880 Number of GPRs=88 SLM size=0");
        Assert.That(figures, Is.EqualTo(new FarmFigures { SubgroupSize = 32, Registers = 88, Spills = 0, ScratchBytes = 0, Occupancy = 20, Instructions = 1930, Cycles = 49738 }));
    }

    [TestCase(0, 107, 107)]
    [TestCase(128, 107, 128)]
    public void Intel_tells_allocated_registers_or_live_ones(int allocated, int live, int expected)
    {
        FarmFigures figures = Read("Intel open-source Mesa driver", 16, $"Instructions=1144 SENDs=76 Cycles=91756 Spills=50 Fills=71 Scratch Memory Size=2048 GRF registers={allocated} Max live registers={live} Workgroup Memory Size=8704");
        Assert.That(figures, Is.EqualTo(new FarmFigures { SubgroupSize = 16, Registers = expected, Spills = 50, ScratchBytes = 2048, Instructions = 1144, Cycles = 91756, SharedBytes = 8704 }));
    }

    [Test]
    public void Qualcomm_tells_stores_to_private_memory_and_no_time()
    {
        FarmFigures figures = Read("turnip Mesa driver", 64, "Max Waves Per Core=2 Instruction Count=2941 NOPs Count=666 Registers used=48 Half-registers used=0 Estimated cycles stalled on SS=99 STP Count=5 LDP Count=6");
        Assert.That(figures, Is.EqualTo(new FarmFigures { SubgroupSize = 64, Registers = 48, Spills = 5, Occupancy = 2, Instructions = 2941 }));
    }

    [Test]
    public void Apple_takes_as_long_as_its_longest_bottleneck()
    {
        FarmFigures figures = Read("Honeykrisp", 32, "Instructions=2149 ALU=1715 FSCIB=1716 IC=396 Code size=17146 GPRs=143 Uniforms=512 Scratch=16 Threads=704 Loops=1 Spills=2 Fills=2 Preamble instructions=124");
        Assert.That(figures, Is.EqualTo(new FarmFigures { SubgroupSize = 32, Registers = 143, Spills = 2, ScratchBytes = 16, Occupancy = 704, Instructions = 2149, Cycles = 1716 }));
    }

    [Test]
    public void What_a_driver_does_not_tell_is_unknown_and_not_zero() => Assert.That(Read("radv", 64, "VGPRs=12"), Is.EqualTo(new FarmFigures { SubgroupSize = 64, Registers = 12 }));

    [TestCase("llvmpipe")]
    [TestCase("NVIDIA")]
    public void Names_of_other_drivers_are_not_guessed(string driver) => Assert.That(FarmCompilerNames.Of(driver), Is.Null);

    [TestCase("v_wmma_f32_16x16x16_f16 v[0:7], v[8:15]\nv_add_f32 v1\nV_SWMMAC_F32_16X16X32_F16 v2\nv_wmma_f16", 3)]
    [TestCase("r4..8 = hmma.16816.f32 r0..4 r8..10\nr9 = ffma r1 r2 r3\nr4..8 = HMMA.m16n8k8.f32 r0 r1", 2)]
    [TestCase("dpas.8x8(16) r10:f r20:f r30:hf\nmad(16) r4", 1)]
    [TestCase("ffma r0\n", 0)]
    public void Matrix_instructions_are_counted_in_the_assembly(string assembly, int expected) =>
        Assert.That(FarmCompilerNames.CountMatrixInstructions([new ExecutableText("NIR Shader", "cmat_muladd v_wmma hmma dpas"), new ExecutableText("Assembly", assembly)]), Is.EqualTo(expected));

    [Test]
    public void Without_an_assembly_matrix_instructions_are_unknown() =>
        Assert.That(FarmCompilerNames.CountMatrixInstructions([new ExecutableText("NIR Shader", "v_wmma")]), Is.Null);

    // "A b=1 C=2" as statistics; a name may have spaces.
    private static FarmFigures Read(string driver, int subgroupSize, string statistics)
    {
        string[] words = System.Text.RegularExpressions.Regex.Split(statistics, @"(?<==\d+) ");
        ExecutableStatistic[] told = [.. words.Select(word => word.Split('=')).Select(pair => new ExecutableStatistic(pair[0], "", double.Parse(pair[1])))];
        return FarmCompilerNames.Of(driver)!.Read(new PipelineExecutable("compute", "", subgroupSize, told, []));
    }
}
