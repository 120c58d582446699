using System.Linq;
using Cim.Vulkan.Bench;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Kernels;
using NUnit.Framework;

namespace Cim.Vulkan.Cli.Tests.Tuning;

/// <summary>What a search tries on a device that is in no machine here.</summary>
public sealed class TunePlansTests
{
    private static readonly DeviceProfile s_device = DeviceProfile.Minimal with
    {
        Name = "GPU with matrices of workgroups", VendorId = 0x10DE, SubgroupSize = 32, MinSubgroupSize = 32, MaxSubgroupSize = 32, MaxSharedMemoryBytes = 49152,
        MaxWorkgroupInvocations = 1024, StorageAlignmentBytes = 16, MaxStorageRangeBytes = (1L << 32) - 1, MaxBufferBytes = 1L << 36,
        Features = KernelFeatures.Float16 | KernelFeatures.Storage16Bit | KernelFeatures.Subgroup | KernelFeatures.BufferDeviceAddress | KernelFeatures.CooperativeMatrix
            | KernelFeatures.CooperativeMatrix2 | KernelFeatures.VulkanMemoryModel,
        MatrixShapes = [new MatrixShape(Precision.Float16, 16, 16, 16)],
        WorkgroupMatrices = [new WorkgroupMatrix(Precision.Float16, 32, 32, 16, 128), new WorkgroupMatrix(Precision.Float16, 32, 64, 16, 256)],
        MaxWorkgroupMatrixLength = 512,
    };

    [Test]
    public void Matrices_of_workgroups_are_timed_beside_those_of_subgroups()
    {
        TuneWork[] products = [.. TuneWorks.For(s_device).Where(work => work.Op == "matmul" && work.Size.Precision == Precision.Float16)];
        Assert.That(products, Has.Length.AtLeast(12));
        foreach (TuneWork work in products)
        {
            DispatchStep[] launches = [.. TunePlans.Of(s_device, work).Plans.Select(entry => entry.Plan.Steps.OfType<DispatchStep>().First(step => step.Label.StartsWith("matmul_", System.StringComparison.Ordinal)))];
            Assert.That(launches[0].Call.Kernel.Name, Does.StartWith("matmul_cooperative."), $"{work}: the device's own choice");
            Assert.That(launches.Count(step => step.Call.Kernel.Name.StartsWith("matmul_cooperative.", System.StringComparison.Ordinal)), Is.AtLeast(4), work.ToString());
            Assert.That(launches.Count(step => step.Call.Kernel.Name.StartsWith("matmul_workgroup.", System.StringComparison.Ordinal)), Is.AtLeast(10), work.ToString());
        }
    }

    [Test]
    public void Operands_of_16_bit_products_lie_in_memory_in_16_bits()
    {
        foreach (TuneWork work in TuneWorks.For(s_device).Where(work => work.Op == "matmul"))
        {
            DispatchStep step = TunePlans.Of(s_device, work).Plans[0].Plan.Steps.OfType<DispatchStep>().First(step => step.Label.StartsWith("matmul_", System.StringComparison.Ordinal));
            int elements = work.Size.Precision == Precision.Float32 ? 4 : 2;
            Assert.That(step.Call.Operands.Take(2).Sum(operand => operand.SizeBytes), Is.EqualTo(elements * (Elements(work, 0) + Elements(work, 1))), work.ToString());
        }
    }

    private static long Elements(TuneWork work, int input)
    {
        var graph = new TensorGraph();
        work.Build(graph);
        return graph.Inputs[input].Count;
    }
}
