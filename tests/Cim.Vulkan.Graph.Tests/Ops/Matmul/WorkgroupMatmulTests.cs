using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Kernels;
using NUnit.Framework;

namespace Cim.Vulkan.Graph.Tests.Ops.Matmul;

/// <summary>When products are multiplied by matrices that a whole workgroup holds, and in which sizes.</summary>
public sealed class WorkgroupMatmulTests
{
    private static readonly DeviceProfile s_without = new()
    {
        Name = "GPU", VendorId = 0x10DE, SubgroupSize = 32, MinSubgroupSize = 32, MaxSubgroupSize = 32, MaxSharedMemoryBytes = 49152, MaxWorkgroupInvocations = 1024, StorageAlignmentBytes = 16,
        MaxStorageRangeBytes = 1L << 32, MaxBufferBytes = 1L << 36,
        Features = KernelFeatures.Float16 | KernelFeatures.Storage16Bit | KernelFeatures.Subgroup | KernelFeatures.BufferDeviceAddress | KernelFeatures.CooperativeMatrix | KernelFeatures.VulkanMemoryModel,
        MatrixShapes = [new MatrixShape(Precision.Float16, 16, 16, 16)],
    };

    private static readonly DeviceProfile s_with = s_without with
    {
        Features = s_without.Features | KernelFeatures.CooperativeMatrix2,
        WorkgroupMatrices = [new WorkgroupMatrix(Precision.Float16, 32, 32, 16, 128), new WorkgroupMatrix(Precision.Float16, 64, 32, 16, 256)],
        MaxWorkgroupMatrixLength = 256,
    };

    private static readonly DeviceProfile s_forced = s_with with { PrefersWorkgroupMatrices = true };

    private static KernelSize Size(Precision precision = Precision.Float16) => KernelSize.Of(KernelWork.MatmulNn, precision, 1024, 1024, 2048);

    [Test]
    public void No_product_takes_them_by_itself() => Assert.That(Words(Product(s_with)), Is.EqualTo(Words(Product(s_without))));

    [Test]
    public void Candidates_are_theirs_and_those_of_subgroups()
    {
        IReadOnlyList<KernelTile> with = KernelCandidates.TilesOf(s_with, Size()), without = KernelCandidates.TilesOf(s_without, Size());
        Assert.That(without.Where(tile => tile.Invocations > 0), Is.Empty);
        Assert.That(with.Where(tile => tile.Invocations == 0), Is.EqualTo(without));
        Assert.That(with.Count(tile => tile.Invocations > 0), Is.AtLeast(10));
        Assert.That(KernelCandidates.TilesOf(s_with, Size(Precision.Float32)).Where(tile => tile.Invocations > 0), Is.Empty);
        Assert.That(KernelCandidates.TilesOf(s_with, Size() with { Work = KernelWork.ConvolutionForward }).Where(tile => tile.Invocations > 0), Is.Empty);
    }

    [Test]
    public void Sizes_are_multiples_of_what_the_device_names_for_the_workgroup()
    {
        DeviceProfile coarse = s_with with { WorkgroupMatrices = [new WorkgroupMatrix(Precision.Float16, 128, 64, 64, 256)], MaxWorkgroupMatrixLength = 128 };
        Assert.That(Tiles(coarse), Is.EquivalentTo(new[] { new KernelTile(128, 128, Inner: 64, Invocations: 256), new KernelTile(128, 64, Inner: 64, Invocations: 256) }));
        Assert.That(Tiles(s_with).All(tile => tile.M <= 256 && tile.N <= 256 && tile.M * tile.N / tile.Invocations is >= 32 and <= 128));
        Assert.That(Tiles(s_with, Precision.BFloat16), Is.Empty);
        Assert.That(Tiles(s_with with { MaxWorkgroupInvocations = 128 }).Select(tile => tile.Invocations), Is.All.EqualTo(128));
        Assert.That(Tiles(s_with with { StorageAlignmentBytes = 4 }), Is.Empty, "matrices begin at multiples of 16 bytes");
    }

    [Test]
    public void A_tile_of_the_table_is_launched()
    {
        var tile = new KernelTile(128, 256, Inner: 64, Invocations: 256);
        Assert.That(KernelCandidates.TilesOf(s_with, Size()), Does.Contain(tile));
        DispatchStep launch = Product(s_with with { Tuning = Table(tile) }).First();
        Assert.That(launch.Call.Kernel.Name, Is.EqualTo("matmul_workgroup.nn.float16_t"));
        Assert.That((launch.GroupsX, launch.GroupsY), Is.EqualTo((8, 4)));
        Assert.That(launch.Call.WorkgroupSize(0), Is.EqualTo(256));
        Assert.That((Constant(launch, "TILE_M"), Constant(launch, "TILE_N"), Constant(launch, "TILE_K")), Is.EqualTo((128, 256, 64)));
        Assert.That(launch.Call.RequiredSubgroupSize, Is.EqualTo(32));
    }

    [Test]
    public void A_table_of_another_device_changes_nothing_here() =>
        Assert.That(Words(Product(s_without with { Tuning = Table(new KernelTile(128, 256, Inner: 64, Invocations: 256)) })), Is.EqualTo(Words(Product(s_without))));

    [TestCase(12608, 3072, 256, 128)]
    [TestCase(40, 40, 64, 64)]
    public void Where_they_are_preferred_the_tile_fits_the_result(int rows, int columns, int m, int n)
    {
        DispatchStep launch = Launches(s_forced, graph => graph.Input("left", new Shape(rows, 64)).MatMul(graph.Input("right", new Shape(64, columns)))).Single();
        Assert.That((Constant(launch, "TILE_M"), Constant(launch, "TILE_N")), Is.EqualTo((m, n)));
        Assert.That((launch.GroupsX, launch.GroupsY), Is.EqualTo(((rows + m - 1) / m, (columns + n - 1) / n)));
    }

    [TestCase(4, 12, true)]
    [TestCase(4, 9, true)]
    [TestCase(3, 5, false, Description = "pieces of the result would not begin at multiples of 16 bytes")]
    public void A_result_of_whole_fours_may_be_theirs(int rows, int columns, bool isTheirs) =>
        Assert.That(Launches(s_forced, graph => graph.Input("left", new Shape(rows, 8)).MatMul(graph.Input("right", new Shape(8, columns)))).Any(IsTheirs), Is.EqualTo(isTheirs));

    [Test]
    public void A_batch_whose_matrices_begin_between_is_not_theirs()
    {
        Assert.That(Batch(s_forced, 4, 3, 5).Any(IsTheirs), Is.False, "15 elements apart");
        Assert.That(Batch(s_forced, 4, 3, 4).Any(IsTheirs), Is.True);
        Assert.That(Words(Batch(s_forced, 4, 3, 5)), Is.EqualTo(Words(Batch(s_without, 4, 3, 5))), "and takes what it would take without them");
    }

    [Test]
    public void Operands_and_results_are_read_and_written_as_they_lie_in_memory()
    {
        DispatchStep[] launches = Launches(s_forced, graph =>
            graph.Input("x", new Shape(128, 64)).Linear(graph.Input("first", new Shape(256, 64))).Gelu().Linear(graph.Input("second", new Shape(64, 256))));
        DispatchStep[] theirs = [.. launches.Where(IsTheirs)];
        Assert.That(theirs.Select(step => (Constant(step, "STORAGE_A"), Constant(step, "STORAGE_B"), Constant(step, "STORAGE_C"))), Is.EqualTo(new[] { (0, 0, 1), (1, 0, 0) }));
    }

    [Test]
    public void Matrices_beyond_2_GiB_are_not_theirs()
    {
        Assert.That(Rows(1 << 19).Any(IsTheirs), Is.False);
        Assert.That(Rows(1 << 18).Any(IsTheirs), Is.True);

        static DispatchStep[] Rows(int rows) => Launches(s_forced, graph => graph.Input("left", new Shape(rows, 1024)).MatMul(graph.Input("right", new Shape(1024, 64))));
    }

    [Test]
    public void The_largest_element_of_a_product_keeps_its_own_kernels()
    {
        DispatchStep[] launches = Launches(s_forced, graph => graph.Input("x", new Shape(64, 16)).LinearArgMax(graph.Input("weight", new Shape(64, 16))));
        Assert.That(launches.Select(step => step.Call.Kernel.Name), Has.None.StartsWith("matmul_workgroup"));
        var tile = new KernelTile(64, 64, Inner: 32, Invocations: 128);
        var table = new KernelTable([new KernelChoice(KernelSize.Of(KernelWork.MatmulNt, Precision.Float16, 64, 64, 16), tile, 0)], "test");
        Assert.That(() => Launches(s_with with { Tuning = table }, graph => graph.Input("x", new Shape(64, 16)).LinearArgMax(graph.Input("weight", new Shape(64, 16)))), Throws.Nothing);
    }

    private static KernelTile[] Tiles(DeviceProfile device, Precision precision = Precision.Float16) =>
        [.. KernelCandidates.TilesOf(device, Size(precision)).Where(tile => tile.Invocations > 0)];

    private static bool IsTheirs(DispatchStep step) => step.Call.Kernel.Name.StartsWith("matmul_workgroup.", System.StringComparison.Ordinal);

    private static int Constant(DispatchStep step, string name) =>
        (int)step.Call.Specialization[step.Call.Kernel.SpecializationConstants.TakeWhile(constant => constant.Name != name).Count()];

    private static KernelTable Table(KernelTile tile) => new([new KernelChoice(Size(), tile, 0)], "test");

    private static DispatchStep[] Product(DeviceProfile device) =>
        Launches(device, graph => graph.Input("left", new Shape(1000, 2000)).MatMul(graph.Input("right", new Shape(2000, 1000))));

    private static DispatchStep[] Batch(DeviceProfile device, int rows, int inner, int columns) =>
        Launches(device, graph => graph.Input("left", new Shape(2, rows, inner)).MatMul(graph.Input("right", new Shape(2, inner, columns))));

    private static DispatchStep[] Launches(DeviceProfile device, System.Func<TensorGraph, Tensor> build)
    {
        var graph = new TensorGraph();
        graph.Output("result", build(graph));
        return [.. Planner.Plan(graph, device, new PlannerOptions { Precision = Precision.Float16 }).Steps.OfType<DispatchStep>()];
    }

    private static string Words(IEnumerable<DispatchStep> launches) => string.Join("\n", launches.Select(step =>
        $"{step.Call.Kernel} {step.GroupsX} {step.GroupsY} {step.GroupsZ} {string.Join(' ', step.Call.Specialization)} {System.Convert.ToHexString(step.Call.PushConstants)}"));
}
