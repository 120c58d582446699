using System;
using NUnit.Framework;

namespace Cim.Vulkan.Graph.Tests.Ops.Resize;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ResizeCropsTests
{
    private readonly TensorGraph _graph = new();
    private readonly Tensor _pixels;
    private readonly Tensor _boxes;

    public ResizeCropsTests()
    {
        _pixels = _graph.Input("pixels", new Shape(1000), ElementType.Int32);
        _boxes = _graph.Input("boxes", new Shape(5, 4), ElementType.Int32);
    }

    [Test]
    public void Every_box_becomes_a_square_of_three_planes() => Assert.That(_pixels.ResizeCrops(_boxes, 16, CropFilter.Lanczos, 32).Shape, Is.EqualTo(new Shape(5, 3, 16, 16)));

    [Test]
    public void Boxes_of_another_form_are_refused()
    {
        Tensor boxes = _graph.Input("other", new Shape(5, 3), ElementType.Int32);
        Assert.That(Assert.Throws<ArgumentException>(() => _pixels.ResizeCrops(boxes, 16, CropFilter.Bicubic, 32))!.Message, Is.EqualTo("resize_crops: boxes must be [batch, 4], got [5, 3]"));
    }

    [Test]
    public void Pixels_as_floats_are_refused()
    {
        Tensor floats = _graph.Input("floats", new Shape(1000));
        Assert.That(Assert.Throws<ArgumentException>(() => floats.ResizeCrops(_boxes, 16, CropFilter.Bicubic, 32))!.Message, Does.StartWith("resize_crops: pixels must be Int32, got Float32"));
    }

    [Test]
    public void The_two_filters_are_not_one_expression() =>
        Assert.That(_pixels.ResizeCrops(_boxes, 16, CropFilter.Bicubic, 32), Is.Not.SameAs(_pixels.ResizeCrops(_boxes, 16, CropFilter.Lanczos, 32)));

    [Test]
    public void Crops_too_long_for_the_shared_memory_are_refused_in_one_line()
    {
        _graph.Output("y", _pixels.ResizeCrops(_boxes, 16, CropFilter.Bicubic, 2000));
        Assert.That(Assert.Throws<PlanException>(() => Planner.Plan(_graph, DeviceProfile.Minimal))!.Message,
            Is.EqualTo("resize_crops: crops of 2000 pixels a side need 32012 bytes of shared memory, generic has 16384"));
    }
}
