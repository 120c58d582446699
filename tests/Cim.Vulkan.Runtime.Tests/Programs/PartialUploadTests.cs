using System;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Testing;
using NUnit.Framework;

namespace Cim.Vulkan.Runtime.Tests.Programs;

public sealed class PartialUploadTests : GpuTest
{
    private const int Count = 1000;

    private PersistentMemory _memory = null!;
    private Program _program = null!;

    [SetUp]
    public void Load()
    {
        var graph = new TensorGraph();
        Tensor before = graph.Input("before", new Shape(7)), middle = graph.Input("middle", new Shape(Count)), after = graph.Input("after", new Shape(5));
        graph.Output("before_result", before.Scale(1f));
        graph.Output("middle_result", middle.Scale(1f));
        graph.Output("after_result", after.Scale(1f));
        _memory = new PersistentMemory(Device);
        _program = Program.Load(_memory, Planner.Plan(graph, DeviceProfiles.Of(Device.Capabilities)));
    }

    [TearDown]
    public void Unload()
    {
        _program.Dispose();
        _memory.Dispose();
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(400)]
    [TestCase(937)]
    [TestCase(938)]
    [TestCase(Count)]
    public void What_counts_arrives_and_so_do_the_other_inputs(int used)
    {
        Run(1, Count);
        float[] middle = Run(2, used);
        Assert.That(middle.Take(used), Is.All.EqualTo(2f));
        Assert.That(middle.Skip(used + (Count / 8)), Is.All.EqualTo(1f), "what does not count was not carried over");
        Assert.That(_program.Read<float>("before_result"), Is.All.EqualTo(2f));
        Assert.That(_program.Read<float>("after_result"), Is.All.EqualTo(2f));
        Assert.That(Run(3, null), Is.All.EqualTo(3f), "the next step is whole again");
        Assert.That(Run(4, null), Is.All.EqualTo(4f));
    }

    [Test]
    public void Steps_of_changing_length_cost_no_memory_once_each_length_was_there()
    {
        long allocated = 0;
        for (int step = 0; step < 60; step++)
        {
            if (step == 40) allocated = GC.GetAllocatedBytesForCurrentThread();
            _program.BeginStep();
            _program.Input<float>("middle").Fill(step);
            _program.UseBeginning("middle", (step / 2 % 10) * 100);
            _program.Wait(_program.Submit());
        }
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - allocated, Is.Zero);
    }

    [Test]
    public void More_than_there_is_and_a_second_input_are_refused()
    {
        _program.BeginStep();
        Assert.That(() => _program.UseBeginning("middle", Count + 1), Throws.ArgumentException.With.Message.Contains("no input named middle with 1001 elements"));
        Assert.That(() => _program.UseBeginning("nothing", 1), Throws.ArgumentException);
        _program.UseBeginning("middle", 10);
        Assert.That(() => _program.UseBeginning("after", 1), Throws.InvalidOperationException.With.Message.Contains("middle"));
    }

    // Both slots in turn, so that what an earlier step left is known.
    private float[] Run(float value, int? used)
    {
        _program.BeginStep();
        foreach (string name in new[] { "before", "middle", "after" }) _program.Input<float>(name).Fill(value);
        if (used is { } count) _program.UseBeginning("middle", count);
        _program.Wait(_program.Submit());
        return _program.Read<float>("middle_result");
    }
}
