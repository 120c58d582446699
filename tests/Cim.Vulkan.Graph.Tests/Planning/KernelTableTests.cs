using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Kernels;
using NUnit.Framework;

namespace Cim.Vulkan.Graph.Tests.Planning;

/// <summary>Measured choices go before a device's own rules, as far as the device allows them.</summary>
public sealed class KernelTableTests
{
    private const int Rows = 1000, Columns = 1000, Inner = 2000, Tokens = 197, HeadDim = 64;

    private static readonly DeviceProfile s_gpu = DeviceProfile.Minimal with { Name = "GPU", MaxSharedMemoryBytes = 49152, MaxWorkgroupInvocations = 1024, SubgroupSize = 32 };

    private static readonly DeviceProfile s_matrixGpu = s_gpu with
    {
        Name = "GPU with matrix units", MinSubgroupSize = 32, MaxSubgroupSize = 32, MatrixShapes = [new MatrixShape(Precision.Float16, 16, 16, 16)],
        Features = KernelFeatures.Float16 | KernelFeatures.Storage16Bit | KernelFeatures.Subgroup | KernelFeatures.CooperativeMatrix | KernelFeatures.VulkanMemoryModel,
    };

    private static readonly DeviceProfile s_cpu = DeviceProfile.Minimal with { Name = "CPU", IsCpu = true, SubgroupSize = 8, Features = KernelFeatures.Subgroup };

    private static DeviceProfile[] Devices => [DeviceProfile.Minimal, s_gpu, s_gpu with { VendorId = 0x10DE }, s_matrixGpu, s_cpu, s_half];

    private static readonly DeviceProfile s_half = s_gpu with { Name = "GPU in bf16" };

    private static Precision PrecisionOf(DeviceProfile device) => device.MatrixShapes.Count > 0 ? Precision.Float16 : device.Name == s_half.Name ? Precision.BFloat16 : Precision.Float32;

    private static KernelSize SizeOn(DeviceProfile device) => KernelSize.Of(KernelWork.MatmulNn, PrecisionOf(device), Rows, Columns, Inner);

    [TestCase(1, 1)]
    [TestCase(768, 1024)]
    [TestCase(1024, 1024)]
    [TestCase(1025, 2048)]
    public void Lengths_are_rounded_up_to_powers_of_two(int length, int expected) =>
        Assert.That(KernelSize.Of(KernelWork.MatmulTn, Precision.Float32, length, 1, 1).Rows, Is.EqualTo(expected));

    [Test]
    public void A_tile_of_the_table_is_launched()
    {
        DispatchStep launch = Launches(s_gpu, new KernelTile(32, 64, 4)).First();
        Assert.That((launch.GroupsX, launch.GroupsY), Is.EqualTo((32, 16)));
    }

    [Test]
    public void Without_matrix_units_16_bits_take_a_tile_that_products_in_fp32_take()
    {
        DispatchStep launch = Launches(s_half, new KernelTile(32, 64, 4)).First();
        Assert.That((launch.Call.Kernel.Name, launch.GroupsX, launch.GroupsY), Is.EqualTo(("matmul_half_tiled.nn.4", 32, 16)));
    }

    [Test]
    public void On_a_cpu_driver_the_table_says_how_many_rows_an_invocation_holds() =>
        Assert.That(Launches(s_cpu, new KernelTile(8, 64)).First().GroupsX, Is.EqualTo(125));

    [Test]
    public void On_matrix_units_the_table_says_how_many_subgroups_share_a_tile()
    {
        KernelTile tile = KernelCandidates.TilesOf(s_matrixGpu, SizeOn(s_matrixGpu)).First(candidate => (candidate.SubgroupsM, candidate.SubgroupsN) == (1, 4));
        DispatchStep launch = Launches(s_matrixGpu, tile).First();
        Assert.That(launch.Call.WorkgroupSize(0), Is.EqualTo(4 * 32));
        Assert.That(launch.GroupsY, Is.EqualTo(Lowering.DivideUp(Columns, tile.N)));
    }

    [Test]
    public void More_wanted_groups_cut_a_sum_into_more_pieces()
    {
        uint Pieces(int wantedGroups) => Plan(s_gpu, new KernelTable([new KernelChoice(SizeOn(s_gpu), new KernelTile(64, 64, 4), wantedGroups)], "test")).Steps.OfType<DispatchStep>().First().GroupsZ;
        Assert.That(Pieces(256), Is.EqualTo(1));
        Assert.That(Pieces(1024), Is.EqualTo(4));
    }

    [Test]
    public void Other_sizes_and_other_work_keep_the_devices_own_choice()
    {
        KernelSize size = SizeOn(s_gpu);
        KernelSize[] others = [size with { Rows = 2 * size.Rows }, size with { Inner = size.Inner / 2 }, size with { Work = KernelWork.MatmulNt }, size with { Precision = Precision.BFloat16 }];
        var table = new KernelTable(others.Select(other => new KernelChoice(other, new KernelTile(16, 16, 4), 512)), "test");
        Assert.That(Words(Plan(s_gpu, table)), Is.EqualTo(Words(Plan(s_gpu, KernelTable.Empty))));
    }

    [TestCase(0, 128, 128, 8, 0, 0, TestName = "A_workgroup_larger_than_the_devices_is_left_aside")]
    [TestCase(1, 128, 128, 4, 0, 0, TestName = "A_tile_that_no_kernel_has_is_left_aside")]
    [TestCase(1, 17, 3, 4, 0, 0, TestName = "A_tile_of_odd_numbers_is_left_aside")]
    [TestCase(1, -16, -16, 4, 0, 0, TestName = "A_negative_tile_is_left_aside")]
    [TestCase(1, 64, 64, 0, 2, 2, TestName = "A_tile_for_matrix_units_is_left_aside_without_them")]
    [TestCase(3, 512, 512, 0, 4, 4, TestName = "More_shared_memory_than_there_is_is_left_aside")]
    [TestCase(3, 24, 24, 0, 1, 1, TestName = "A_tile_that_is_no_multiple_of_the_matrix_shape_is_left_aside")]
    [TestCase(4, 64, 64, 4, 0, 0, TestName = "A_tile_of_a_gpu_is_left_aside_on_a_cpu_driver")]
    [TestCase(4, 36, 64, 0, 0, 0, TestName = "More_rows_than_registers_hold_are_left_aside")]
    public void What_a_device_does_not_allow_is_left_aside(int device, int m, int n, int threadTile, int subgroupsM, int subgroupsN)
    {
        DeviceProfile profile = Devices[device];
        var table = new KernelTable([new KernelChoice(SizeOn(profile), new KernelTile(m, n, threadTile, subgroupsM, subgroupsN), 0)], "test");
        Assert.That(Words(Plan(profile, table)), Is.EqualTo(Words(Plan(profile, KernelTable.Empty))));
    }

    [TestCase(-1)]
    [TestCase(1_000_000)]
    public void Absurd_numbers_of_groups_are_left_aside(int wantedGroups)
    {
        var table = new KernelTable([new KernelChoice(SizeOn(s_gpu), default, wantedGroups)], "test");
        Assert.That(Words(Plan(s_gpu, table)), Is.EqualTo(Words(Plan(s_gpu, KernelTable.Empty))));
    }

    [Test]
    public void Tiles_so_small_that_their_workgroups_cannot_be_counted_are_left_aside()
    {
        KernelSize size = KernelSize.Of(KernelWork.ConvolutionForward, Precision.Float32, 64, 1 << 22, 27);
        Assert.That(KernelCandidates.TilesOf(s_gpu, size).Select(tile => tile.N).Distinct(), Is.EqualTo(new[] { 128 }), "65,536 tiles of 64 pixels are one too many");
    }

    [TestCaseSource(nameof(Devices))]
    public void Every_candidate_can_be_planned_and_is_another_plan(DeviceProfile device)
    {
        IReadOnlyList<KernelTile> tiles = KernelCandidates.TilesOf(device, SizeOn(device));
        Assert.That(tiles, Has.Count.GreaterThan(4));
        string[] plans = [.. tiles.Select(tile => Words(Plan(device, new KernelTable([new KernelChoice(SizeOn(device), tile, 0)], "test"))))];
        Assert.That(plans, Is.Unique);
        Assert.That(plans, Does.Contain(Words(Plan(device, KernelTable.Empty))), "the device's own choice is one of them");
    }

    [TestCaseSource(nameof(Attentions))]
    public void Every_candidate_of_attention_can_be_planned_and_is_another_plan(DeviceProfile device, KernelWork work)
    {
        IReadOnlyList<KernelTile> tiles = KernelCandidates.TilesOf(device, AttentionSize(device, work));
        Assert.That(tiles, Has.Count.GreaterThan(4));
        string[] plans = [.. tiles.Select(tile => Words(PlanAttention(device, new KernelTable([new KernelChoice(AttentionSize(device, work), tile, 0)], "test"))))];
        Assert.That(plans, Is.Unique);
        Assert.That(plans, Does.Contain(Words(PlanAttention(device, KernelTable.Empty))), "the device's own choice is one of them");
    }

    [TestCase(KernelWork.AttentionForward, 0)]
    [TestCase(KernelWork.AttentionQueryGradient, 1)]
    [TestCase(KernelWork.AttentionKeyValueGradient, 2)]
    public void A_tile_of_attention_counts_for_its_own_kernel_alone(KernelWork work, int own)
    {
        string[] Groups(KernelTable table) => [.. PlanAttention(s_gpu, table).Steps.OfType<DispatchStep>()
            .Where(step => step.Call.Kernel.Name is "attention_forward" or "attention_backward_query" or "attention_backward_key_value").Select(step => $"{step.GroupsX} groups")];
        string[] before = Groups(KernelTable.Empty), after = Groups(new KernelTable([new KernelChoice(AttentionSize(s_gpu, work), new KernelTile(8, 16, 16), 0)], "test"));
        Assert.That(before, Has.Length.EqualTo(3));
        Assert.That(after[own], Is.EqualTo("25 groups").And.Not.EqualTo(before[own]));
        Assert.That(Enumerable.Range(0, 3).Where(i => after[i] != before[i]), Is.EqualTo(new[] { own }));
    }

    [Test]
    public void Attention_on_a_cpu_driver_has_nothing_to_choose() =>
        Assert.That(KernelCandidates.TilesOf(s_cpu, AttentionSize(s_cpu, KernelWork.AttentionForward)), Is.Empty);

    private static IEnumerable<TestCaseData> Attentions =>
        from device in new[] { s_gpu, s_matrixGpu }
        from work in new[] { KernelWork.AttentionForward, KernelWork.AttentionQueryGradient, KernelWork.AttentionKeyValueGradient }
        select new TestCaseData(device, work).SetArgDisplayNames(device.Name, work.ToString());

    private static KernelSize AttentionSize(DeviceProfile device, KernelWork work) => KernelSize.Of(work, PrecisionOf(device), Tokens, Tokens, HeadDim);

    private static ExecutionPlan PlanAttention(DeviceProfile device, KernelTable table)
    {
        var graph = new TensorGraph();
        Tensor qkv = graph.Input("qkv", new Shape(2, Tokens, 3 * 4 * HeadDim)), result = qkv.Attention(4);
        graph.Output("result", result);
        graph.Output("gradient", Gradients.Of(result.Multiply(graph.Input("factors", result.Shape)).SumAll(), [qkv])[0]);
        return Planner.Plan(graph, device with { Tuning = table }, new PlannerOptions { Precision = PrecisionOf(device) });
    }

    private static IEnumerable<DispatchStep> Launches(DeviceProfile device, KernelTile tile) =>
        Plan(device, new KernelTable([new KernelChoice(SizeOn(device), tile, 0)], "test")).Steps.OfType<DispatchStep>();

    private static ExecutionPlan Plan(DeviceProfile device, KernelTable table)
    {
        var graph = new TensorGraph();
        graph.Output("product", graph.Input("left", new Shape(Rows, Inner)).MatMul(graph.Input("right", new Shape(Inner, Columns))));
        return Planner.Plan(graph, device with { Tuning = table }, new PlannerOptions { Precision = PrecisionOf(device) });
    }

    private static string Words(ExecutionPlan plan) => string.Join("\n", plan.Steps.OfType<DispatchStep>().Select(step =>
        $"{step.Call.Kernel} {step.GroupsX} {step.GroupsY} {step.GroupsZ} {string.Join(' ', step.Call.Specialization)} {Convert.ToHexString(step.Call.PushConstants)}"));
}
