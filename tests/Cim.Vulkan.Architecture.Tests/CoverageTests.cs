using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Kernels;
using Cim.Vulkan.OpCases;
using Cim.Vulkan.Testing;
using NUnit.Framework;

namespace Cim.Vulkan.Architecture.Tests;

/// <summary>Every op has a case, every kernel is launched by one. Plans are made for several kinds of devices; none is needed.</summary>
public sealed class CoverageTests
{
    private static readonly KernelFeatures s_common = KernelFeatures.Float16 | KernelFeatures.Storage16Bit | KernelFeatures.Subgroup | KernelFeatures.Int64 | KernelFeatures.BufferDeviceAddress;

    private static readonly DeviceProfile s_workgroupDevice = new()
    {
        Name = "GPU with matrices of workgroups", VendorId = 0x10DE, SubgroupSize = 32, MinSubgroupSize = 32, MaxSubgroupSize = 32, MaxSharedMemoryBytes = 49152,
        MaxWorkgroupInvocations = 1024, StorageAlignmentBytes = 16,
        Features = s_common | KernelFeatures.CooperativeMatrix | KernelFeatures.CooperativeMatrix2 | KernelFeatures.BFloat16 | KernelFeatures.VulkanMemoryModel,
        MatrixShapes = [new MatrixShape(Precision.Float16, 16, 16, 16), new MatrixShape(Precision.BFloat16, 16, 16, 16)],
        WorkgroupMatrices = [.. new[] { Precision.Float16, Precision.BFloat16 }.SelectMany(precision => new[] { new WorkgroupMatrix(precision, 32, 32, 16, 128), new WorkgroupMatrix(precision, 32, 64, 16, 256) })],
        MaxWorkgroupMatrixLength = 512,
    };

    private static readonly DeviceProfile[] s_devices =
    [
        DeviceProfile.Minimal,
        new DeviceProfile { Name = "older CPU driver", IsCpu = true, DriverVersion = 22003, SubgroupSize = 8, MaxSharedMemoryBytes = 32768, MaxWorkgroupInvocations = 1024, Features = s_common },
        new DeviceProfile { Name = "newer CPU driver", IsCpu = true, DriverVersion = 26002, SubgroupSize = 8, MaxSharedMemoryBytes = 32768, MaxWorkgroupInvocations = 1024, Features = s_common },
        new DeviceProfile { Name = "GPU", SubgroupSize = 32, MinSubgroupSize = 32, MaxSubgroupSize = 64, MaxSharedMemoryBytes = 49152, MaxWorkgroupInvocations = 1024, Features = s_common },
        new DeviceProfile
        {
            Name = "GPU with matrix units", SubgroupSize = 32, MinSubgroupSize = 32, MaxSubgroupSize = 64, MaxSharedMemoryBytes = 49152, MaxWorkgroupInvocations = 1024,
            Features = s_common | KernelFeatures.CooperativeMatrix | KernelFeatures.BFloat16 | KernelFeatures.VulkanMemoryModel,
            MatrixShapes = [new MatrixShape(Precision.Float16, 16, 16, 16), new MatrixShape(Precision.BFloat16, 16, 16, 16)],
        },
        s_workgroupDevice,
    ];

    // Kernels that no case launches, each with its reason.
    private static readonly Dictionary<string, string> s_unused = new();

    private static readonly Lazy<Seen> s_seen = new(Look);

    [Test]
    public void Every_op_has_a_case()
    {
        IEnumerable<Type> ops = typeof(Op).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Op)) && !type.IsAbstract);
        Assert.That(ops.Except(s_seen.Value.Ops).Select(type => type.Name), Is.Empty, "write a case under tests/Cim.Vulkan.OpCases");
    }

    [Test]
    public void Every_kernel_is_launched_by_a_case()
    {
        string[] unused = AllKernels.Variants.Select(kernel => kernel.Name).Except(s_seen.Value.Kernels).ToArray();
        Assert.That(unused, Is.EquivalentTo(s_unused.Keys), $"{string.Join(", ", unused)}: use the kernel, remove its variant, or give a reason here; take the reason away when it is used");
    }

    [Test]
    public void Every_case_that_forces_matrices_of_workgroups_launches_them()
    {
        OpCase[] forced = [.. OpCaseCatalog.All.Where(opCase => opCase.Lack is not null && opCase.WhyNot(s_workgroupDevice) is null)];
        Assert.That(forced, Has.Length.AtLeast(100));
        Assert.That(forced.Where(opCase => !s_seen.Value.OfWorkgroups.ContainsKey(opCase)).Select(opCase => opCase.ToString()), Is.Empty);
    }

    [Test]
    public void No_other_case_launches_matrices_of_workgroups() =>
        Assert.That(s_seen.Value.OfWorkgroups.Keys.Where(opCase => opCase.Lack is null).Select(opCase => opCase.ToString()), Is.Empty);

    // fp32 and 16 bits: of a, b, c and the residual.
    [Test]
    public void Those_cases_read_and_write_every_storage()
    {
        DispatchStep[] launches = [.. s_seen.Value.OfWorkgroups.Values.SelectMany(steps => steps)];
        foreach (string constant in new[] { "STORAGE_A", "STORAGE_B", "STORAGE_C", "STORAGE_RESIDUAL" })
            Assert.That(launches.Select(step => Constant(step, constant)).Distinct(), Is.EquivalentTo(new[] { 0, 1, 2 }), constant);
        Assert.That(launches.Select(step => Constant(step, "ACTIVATION")).Distinct(), Is.EquivalentTo(new[] { 0, 1, 2, 3 }));
        Assert.That(launches.Select(step => (Constant(step, "TILE_M"), Constant(step, "TILE_N"), Constant(step, "TILE_K"), step.Call.WorkgroupSize(0))).Distinct().Count(), Is.AtLeast(20));
    }

    [Test]
    public void There_are_enough_cases_and_gradient_checks()
    {
        Assert.That(OpCaseCatalog.All, Has.Count.AtLeast(ExpectedCounts.OpCases));
        Assert.That(s_seen.Value.GradientChecks, Is.AtLeast(ExpectedCounts.GradientChecks));
    }

    [Test]
    public void No_two_cases_have_the_same_name() =>
        Assert.That(OpCaseCatalog.All.GroupBy(opCase => opCase.ToString()).Where(group => group.Count() > 1).Select(group => group.Key), Is.Empty);

    private static bool IsOfWorkgroups(DispatchStep step) => step.Call.Kernel.Name.StartsWith("matmul_workgroup.", StringComparison.Ordinal);

    private static Seen Look()
    {
        var seen = new Seen();
        foreach (OpCase opCase in OpCaseCatalog.All)
        {
            var program = new CaseProgram(opCase, withGradients: opCase.GradientTolerance > 0);
            seen.GradientChecks += program.Differentiated.Count;
            seen.Ops.UnionWith(program.Graph.Ops.Select(op => op.GetType()));
            foreach (DeviceProfile device in s_devices)
            {
                DispatchStep[] launches = LaunchesOf(program, device);
                seen.Kernels.UnionWith(launches.Select(step => step.Call.Kernel.Name));
                DispatchStep[] ofWorkgroups = [.. launches.Where(IsOfWorkgroups)];
                if (ofWorkgroups.Length > 0) seen.OfWorkgroups[opCase] = ofWorkgroups;
            }
        }
        return seen;
    }

    // A case may ask for what a device does not have: such a plan launches nothing.
    private static int Constant(DispatchStep step, string name) =>
        (int)step.Call.Specialization[step.Call.Kernel.SpecializationConstants.TakeWhile(constant => constant.Name != name).Count()];

    private static DispatchStep[] LaunchesOf(CaseProgram program, DeviceProfile device)
    {
        try
        {
            return program.Plan(device, new PlannerOptions()).AllCommands.OfType<DispatchStep>().ToArray();
        }
        catch (NotSupportedException)
        {
            return [];
        }
    }

    private sealed class Seen
    {
        public HashSet<Type> Ops { get; } = new();

        public HashSet<string> Kernels { get; } = new();

        // By case, by reference: launches of products by matrices of workgroups.
        public Dictionary<OpCase, DispatchStep[]> OfWorkgroups { get; } = new(ReferenceEqualityComparer.Instance);

        public int GradientChecks { get; set; }
    }
}
