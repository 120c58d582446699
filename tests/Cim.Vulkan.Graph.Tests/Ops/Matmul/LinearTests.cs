using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using Cim.Vulkan.Kernels;
using NUnit.Framework;

namespace Cim.Vulkan.Graph.Tests.Ops.Matmul;

/// <summary>What a linear layer refuses, and what the end of a transformer's branch costs.</summary>
public sealed class LinearTests
{
    private const int Samples = 4, Tokens = 8, Width = 16;

    private static readonly DeviceProfile s_matrixUnits = DeviceProfile.Minimal with
    {
        MaxSharedMemoryBytes = 49152,
        MaxWorkgroupInvocations = 1024,
        Features = KernelFeatures.Float16 | KernelFeatures.CooperativeMatrix | KernelFeatures.VulkanMemoryModel,
        MatrixShapes = [new MatrixShape(Precision.Float16, 16, 16, 16)],
    };

    private readonly TensorGraph _graph = new();

    [Test]
    public void A_scale_of_another_length_is_refused() => Refused(
        () => Rows().Linear(Weight(), scale: _graph.Input("scale", new Shape(5))), "linear: scale must be [16] to match weight [16, 16], got [5]");

    [Test]
    public void Factors_that_do_not_part_the_rows_evenly_are_refused() => Refused(
        () => Rows().Linear(Weight(), rowFactors: _graph.Input("factors", new Shape(3))), "linear: row factors must be [groups] of equally many of the 32 rows, got [3]");

    [TestCase(Activation.Relu, false)]
    [TestCase(Activation.Gelu, false)]
    [TestCase(Activation.Gelu, true)]
    public void Factors_and_an_activation_are_refused(Activation activation, bool recompute)
    {
        Tensor rows = Rows(), weight = Weight(), scale = _graph.Input("scale", new Shape(Width)), factors = _graph.Input("factors", new Shape(Samples));
        const string message = "linear: factors and an activation do not go together in one op";
        Refused(() => rows.Linear(weight, activation: activation, recompute: recompute, scale: scale), message);
        Refused(() => rows.Linear(weight, activation: activation, recompute: recompute, rowFactors: factors), message);
    }

    [Test]
    public void Factors_of_rows_have_no_gradient()
    {
        Tensor factors = _graph.Input("factors", new Shape(Samples));
        Tensor loss = Rows().Linear(Weight(), rowFactors: factors).SumAll();
        Assert.That(() => Gradients.Of(loss, new[] { factors }),
            Throws.TypeOf<NotSupportedException>().With.Message.EqualTo("linear: row factors have no gradient; call StopGradient() on them"));
    }

    [Test]
    public void A_scaled_and_dropped_branch_ends_in_one_launch_and_is_not_kept([Values] bool isCpu)
    {
        ExecutionPlan plan = Planner.Plan(Branch(), DeviceProfile.Minimal with { IsCpu = isCpu, Features = KernelFeatures.Subgroup });
        string[] kernels = plan.Steps.OfType<DispatchStep>().Select(step => step.Call.Kernel.Name.Split('.')[0]).ToArray();
        Assert.That(kernels.Count(kernel => kernel.StartsWith("matmul_", StringComparison.Ordinal)), Is.EqualTo(3), string.Join(" ", kernels));
        Assert.That(kernels, Has.None.EqualTo("binary").And.Exactly(1).EqualTo("drop_path_factors").And.Exactly(1).EqualTo("linear_branch_gradient"));
        string[] kept = plan.Memory.ArenaTensors.Select(tensor => tensor.Name).Where(name => Regex.IsMatch(name, @"^(linear|multiply|add)_\d+ ")).ToArray();
        Assert.That(kept, Has.Length.EqualTo(1), "the result, and no branch beside it: " + string.Join(", ", kept));
    }

    [Test]
    public void Its_gradient_lies_in_16_bits_between_products()
    {
        Branch();
        const long halfBytes = Samples * Tokens * Width * 2;
        Assert.That(BytesOnMatrixUnits("linear_branch_gradient"), Is.EqualTo(new[] { halfBytes, halfBytes }));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void What_a_scale_may_take_below_16_bits_stays_fp32(bool isScaled)
    {
        Tensor weight = Weight(), rows = Rows();
        Tensor? scale = isScaled ? _graph.Input("scale", new Shape(Width)) : null;
        _graph.Output("y", rows.Linear(weight, scale: scale, rowFactors: _graph.DropPathFactors(Samples, 0.1)).Linear(weight));
        const long bytes = Samples * Tokens * Width * 4;
        Assert.That(BytesOnMatrixUnits("linear_"), Is.EquivalentTo(new[] { isScaled ? bytes : bytes / 2, bytes }));
    }

    [Test]
    public void An_operand_that_stands_in_for_others_is_counted_once()
    {
        _graph.Output("y", Rows().Linear(Weight()));
        DispatchStep product = Planner.Plan(_graph, DeviceProfile.Minimal).Steps.OfType<DispatchStep>().Single();
        Assert.That(product.Bytes, Is.EqualTo(4 * ((2 * Samples * Tokens * Width) + (Width * Width))));
    }

    private TensorGraph Branch()
    {
        Tensor tokens = Rows(), weight = Weight(), bias = _graph.Input("bias", new Shape(Width)), scale = _graph.Input("scale", new Shape(Width));
        Tensor residual = _graph.Input("residual", tokens.Shape);
        Tensor y = tokens.Linear(weight, bias, residual: residual, scale: scale, rowFactors: _graph.DropPathFactors(Samples, 0.1));
        Tensor[] wanted = [tokens, weight, bias, scale];
        IReadOnlyList<Tensor> gradients = Gradients.Of(y.Square().SumAll(), wanted);
        for (int i = 0; i < wanted.Length; i++) _graph.Output($"grad_{wanted[i].Name}", gradients[i]);
        return _graph;
    }

    private Tensor Rows() => _graph.Input("x", new Shape(Samples, Tokens, Width));

    private Tensor Weight() => _graph.Input("weight", new Shape(Width, Width));

    private long[] BytesOnMatrixUnits(string name) => Planner.Plan(_graph, s_matrixUnits, new PlannerOptions { Precision = Precision.Float16 }).Memory.ArenaTensors
        .Where(tensor => tensor.Name.StartsWith(name, StringComparison.Ordinal)).Select(tensor => tensor.Range.SizeBytes).ToArray();

    private static void Refused(Action action, string message) => Assert.That(action, Throws.ArgumentException.With.Message.EqualTo(message));
}
