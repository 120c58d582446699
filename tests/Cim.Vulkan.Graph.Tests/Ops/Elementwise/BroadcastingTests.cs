using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using NUnit.Framework;

namespace Cim.Vulkan.Graph.Tests.Ops.Elementwise;

/// <summary>Checks the strides that reach the kernel, by walking them on the host.</summary>
public sealed class BroadcastingTests
{
    private static IEnumerable<TestCaseData> Pairs()
    {
        yield return new TestCaseData(new[] { 3, 5 }, new[] { 3, 5 }, 0).SetArgDisplayNames("equal");
        yield return new TestCaseData(new[] { 2, 3, 5, 7 }, new[] { 5, 7 }, 2).SetArgDisplayNames("suffix");
        yield return new TestCaseData(new[] { 2, 3, 5, 7 }, new[] { 2, 3, 1, 1 }, 2).SetArgDisplayNames("prefix");
        yield return new TestCaseData(new[] { 2, 3, 5, 7 }, new[] { 1, 3, 1, 1 }, 3).SetArgDisplayNames("channels");
        yield return new TestCaseData(new[] { 2, 1, 5, 1 }, new[] { 1, 3, 1, 7 }, 4).SetArgDisplayNames("crossed");
        yield return new TestCaseData(new[] { 2, 3, 2, 3, 2, 3 }, new[] { 2, 3, 1, 1, 2, 3 }, 3).SetArgDisplayNames("six axes that merge to three");
        yield return new TestCaseData(new[] { 1, 1, 1 }, new[] { 4 }, 1).SetArgDisplayNames("ones");
        yield return new TestCaseData(Array.Empty<int>(), new[] { 2, 2 }, 1).SetArgDisplayNames("scalar");
        yield return new TestCaseData(new[] { 6, 1, 4 }, new[] { 1, 5, 4 }, 3).SetArgDisplayNames("middle");
    }

    [TestCaseSource(nameof(Pairs))]
    public void Kernel_walks_both_operands_by_the_fewest_axes(int[] left, int[] right, int expectedRank)
    {
        DispatchStep step = PlanOf(left, right);

        Assert.That(step.Call.Specialization[1], Is.EqualTo((uint)expectedRank));
        AssertWalk(step, new Shape(left), new Shape(right));
    }

    [Test]
    public void Kernel_walks_random_shapes_right()
    {
        var random = new System.Random(5);
        int walked = 0;
        for (int attempt = 0; attempt < 300; attempt++)
        {
            int[] shape = Enumerable.Range(0, random.Next(1, 6)).Select(_ => random.Next(1, 5)).ToArray();
            int[] left = Squeeze(shape, random), right = Squeeze(shape, random);
            try
            {
                AssertWalk(PlanOf(left, right), new Shape(left), new Shape(right));
                walked++;
            }
            catch (NotSupportedException exception)
            {
                Assert.That(exception.Message, Does.Contain("needs more than 4 axes"));
            }
        }
        Assert.That(walked, Is.GreaterThan(250));
    }

    [Test]
    public void Five_axes_that_do_not_merge_are_refused_in_words()
    {
        Assert.That(() => PlanOf(new[] { 2, 1, 2, 1, 2 }, new[] { 1, 2, 1, 2, 1 }),
            Throws.TypeOf<NotSupportedException>().With.Message.EqualTo("add: broadcasting [2, 1, 2, 1, 2] with [1, 2, 1, 2, 1] needs more than 4 axes"));
    }

    [Test]
    public void Shapes_that_do_not_broadcast_are_refused_in_words()
    {
        var graph = new TensorGraph();
        Tensor left = graph.Input("left", new Shape(2, 3)), right = graph.Input("right", new Shape(2));

        Assert.That(() => left.Multiply(right), Throws.ArgumentException.With.Message.EqualTo("multiply: shapes [2, 3] and [2] do not match and do not broadcast"));
    }

    private static DispatchStep PlanOf(int[] left, int[] right)
    {
        var graph = new TensorGraph();
        graph.Output("y", graph.Input("left", new Shape(left)).Add(graph.Input("right", new Shape(right))));
        return (DispatchStep)Planner.Plan(graph, DeviceProfile.Minimal).Steps.Single();
    }

    private static void AssertWalk(DispatchStep step, Shape left, Shape right)
    {
        uint[] push = Enumerable.Range(0, 12).Select(i => BinaryPrimitives.ReadUInt32LittleEndian(step.Call.PushConstants.AsSpan(4 * i))).ToArray();
        int rank = (int)step.Call.Specialization[1];
        int outputRank = Math.Max(left.Rank, right.Rank);
        int[] lengths = Enumerable.Range(0, outputRank).Select(axis => Math.Max(LengthAt(left, axis, outputRank), LengthAt(right, axis, outputRank))).ToArray();
        Assert.That(push[0], Is.EqualTo((uint)new Shape(lengths).Count));
        for (uint index = 0; index < push[0]; index++)
        {
            int[] at = Coordinates(index, lengths);
            Assert.That(rank == 0 ? index : Walk(index, rank, push, 4), Is.EqualTo((uint)Offset(left, at)));
            Assert.That(rank == 0 ? index : Walk(index, rank, push, 8), Is.EqualTo((uint)Offset(right, at)));
        }
    }

    // What the shader does.
    private static uint Walk(uint index, int rank, uint[] push, int strides)
    {
        uint offset = 0;
        for (int axis = rank - 1; axis > 0; axis--)
        {
            offset += index % push[axis] * push[strides + axis];
            index /= push[axis];
        }
        return offset + (index * push[strides]);
    }

    private static int[] Coordinates(long index, int[] lengths)
    {
        var at = new int[lengths.Length];
        for (int axis = lengths.Length - 1; axis >= 0; axis--)
        {
            at[axis] = (int)(index % lengths[axis]);
            index /= lengths[axis];
        }
        return at;
    }

    private static int Offset(Shape shape, int[] at)
    {
        int offset = 0;
        for (int axis = 0; axis < shape.Rank; axis++) offset = (offset * shape[axis]) + (shape[axis] == 1 ? 0 : at[at.Length - shape.Rank + axis]);
        return offset;
    }

    private static int LengthAt(Shape shape, int axis, int rank) => axis < rank - shape.Rank ? 1 : shape[axis - rank + shape.Rank];

    private static int[] Squeeze(int[] shape, System.Random random)
    {
        int[] squeezed = shape.Select(length => random.Next(3) == 0 ? 1 : length).ToArray();
        return squeezed.Skip(random.Next(3) == 0 ? random.Next(shape.Length) : 0).ToArray();
    }
}
