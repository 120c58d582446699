using System;
using System.Linq;
using NUnit.Framework;

namespace Cim.Vulkan.Graph.Tests.Ops.Gather;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class GatherRowsTests
{
    private readonly TensorGraph _graph = new();

    private Tensor Indices(params int[] lengths) => _graph.Input("indices", new Shape(lengths), ElementType.Int32);

    [Test]
    public void A_table_of_another_rank_is_refused()
    {
        Tensor table = _graph.Input("table", new Shape(2, 3, 4));
        Assert.That(Assert.Throws<ArgumentException>(() => table.GatherRows(Indices(5)))!.Message, Is.EqualTo("gather_rows: table must be [rows, width], got [2, 3, 4]"));
    }

    [Test]
    public void Float_indices_are_refused()
    {
        Tensor table = _graph.Input("table", new Shape(3, 4));
        Assert.That(Assert.Throws<ArgumentException>(() => table.GatherRows(table))!.Message, Does.StartWith("gather_rows: indices must be Int32, got Float32"));
    }

    [Test]
    public void Rows_that_do_not_fit_their_indices_are_refused()
    {
        Tensor values = _graph.Input("values", new Shape(6, 4));
        Assert.That(Assert.Throws<ArgumentException>(() => values.ScatterAddRows(Indices(5), 9))!.Message,
            Is.EqualTo("scatter_add_rows: values must be indices' shape [5] with a width behind it, got [6, 4]"));
    }

    [TestCase(16, 100, false)]
    [TestCase(8192, 12544, true)]
    public void Many_indices_are_sorted_first(int rows, int count, bool isSorted)
    {
        Tensor values = _graph.Input("values", new Shape(count, 8));
        _graph.Output("sums", values.ScatterAddRows(Indices(count), rows));
        ExecutionPlan plan = Planner.Plan(_graph, DeviceProfile.Minimal, new PlannerOptions());
        bool hasSort = plan.Steps.OfType<DispatchStep>().Any(step => step.Call.Kernel.Name == "sort_indices_merge");
        Assert.That(hasSort, Is.EqualTo(isSorted));
        Assert.That(HazardChecker.Check(plan), Is.Empty);
    }
}
