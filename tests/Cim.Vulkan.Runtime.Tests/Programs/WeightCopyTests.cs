using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.OpCases;
using Cim.Vulkan.Testing;
using NUnit.Framework;

namespace Cim.Vulkan.Runtime.Tests.Programs;

/// <summary>The 16-bit copies of weights: rounded as they should be, and never older than the weights.</summary>
public sealed class WeightCopyTests : GpuTest
{
    private const int Steps = 3;
    private static readonly ElementType[] s_types = { ElementType.Float16, ElementType.BFloat16 };

    [TestCaseSource(nameof(s_types))]
    public void Every_kind_of_number_is_rounded_to_nearest_even(ElementType type)
    {
        float[] numbers = [.. Numbers().Distinct()];
        ParameterSet parameters = SetOf(numbers.Length);
        using var memory = new PersistentMemory(Device);
        memory.Write(parameters.Parameters[0], numbers);
        ushort[] copy = CopyOf(memory, parameters, type);
        Assert.That(numbers, Has.Length.GreaterThan(400_000));
        Assert.That(Enumerable.Range(0, numbers.Length).Where(i => copy[i] != Bits(numbers[i], type)).Select(i => $"{numbers[i]:R} to {copy[i]:x4}, not {Bits(numbers[i], type):x4}").Take(5), Is.Empty);
    }

    [Test]
    public void What_is_not_a_number_stays_none([ValueSource(nameof(s_types))] ElementType type)
    {
        ParameterSet parameters = SetOf(8);
        using var memory = new PersistentMemory(Device);
        memory.Write(parameters.Parameters[0], [float.NaN, -float.NaN, BitConverter.UInt32BitsToSingle(0x7F800001), float.PositiveInfinity, float.NegativeInfinity, 0f, 1f, 2f]);
        float[] copy = CopyOf(memory, parameters, type).Take(5).Select(bits => Value(bits, type)).ToArray();
        Assert.That(copy.Take(3), Is.All.NaN);
        Assert.That(copy.Skip(3), Is.EqualTo(new[] { float.PositiveInfinity, float.NegativeInfinity }));
    }

    [Test]
    public void An_update_writes_the_copy_of_what_it_wrote_and_the_same_weights_as_without([Values("adamw", "average", "lamb", "sgd")] string optimizer, [ValueSource(nameof(s_types))] ElementType type, [Values] bool inPieces)
    {
        long rangeBytes = inPieces ? 24_000 : DeviceProfiles.Of(Device.Capabilities).MaxStorageRangeBytes;
        (float[] plain, _, _) = Update(optimizer, rangeBytes, type, Precision.Float32);
        (float[] values, ushort[] copy, string[] kernels) = Update(optimizer, rangeBytes, type, PrecisionOf(type));
        Assert.That(values, Is.EqualTo(plain));
        Assert.That(copy, Is.EqualTo(values.Select(value => Bits(value, type))));
        Assert.That(values.Distinct().Count(), Is.GreaterThan(10_000), "the values differ from each other");
        Assert.That(kernels, Has.Some.EndsWith("with_copy").And.None.EqualTo("copy_weights"), "in the same pass");
    }

    [Test]
    public void A_step_that_is_skipped_leaves_weights_and_copy_alike([Values("adamw", "average", "lamb", "sgd")] string optimizer)
    {
        float[] first = Update(optimizer, long.MaxValue, ElementType.Float16, Precision.Float16, steps: 1).Values;
        (float[] values, ushort[] copy, _) = Update(optimizer, long.MaxValue, ElementType.Float16, Precision.Float16, steps: 2, badFrom: 1);
        Assert.That(values, Is.EqualTo(first));
        Assert.That(copy, Is.EqualTo(values.Select(value => Bits(value, ElementType.Float16))));
    }

    [Test]
    public void A_copy_follows_whatever_changes_the_weights()
    {
        ParameterSet parameters = SetOf(100);
        using var memory = new PersistentMemory(Device);
        using Program reader = Program.Load(memory, Planner.Plan(ReaderOf(parameters, ElementType.Float16), DeviceProfiles.Of(Device.Capabilities)));
        Assert.That(Read(reader), Is.All.Zero, "weights are zero at first");
        memory.Initialize(parameters, seed: 5);
        AssertFollows("first values");
        memory.Write<float>(parameters.Values, 40, [7f, 8f]);
        AssertFollows("the host");
        using (Program writer = Program.Load(memory, Planner.Plan(WriterOf(parameters), DeviceProfiles.Of(Device.Capabilities))))
        {
            Run(writer, program => program.Input<float>("x").Fill(3f));
            AssertFollows("a program without copies");
            Run(writer, program => program.Input<float>("x").Fill(4f));
            AssertFollows("the same program again");
        }
        Assert.That(Read(reader), Is.All.EqualTo(Bits(4f, ElementType.Float16)));

        void AssertFollows(string what) => Assert.That(Read(reader), Is.EqualTo(memory.Read(parameters.Parameters[0]).Select(value => Bits(value, ElementType.Float16))), what);
    }

    [Test]
    public void A_program_that_keeps_one_copy_outdates_the_other()
    {
        ParameterSet parameters = SetOf(100);
        using var memory = new PersistentMemory(Device);
        ushort[] before = CopyOf(memory, parameters, ElementType.BFloat16);
        using Program writer = Program.Load(memory, Planner.Plan(WriterOf(parameters), DeviceProfiles.Of(Device.Capabilities), new PlannerOptions { WeightCopies = Precision.Float16 }));
        Run(writer, program => program.Input<float>("x").Fill(3f));
        Assert.That(writer.Plan.Steps.OfType<DispatchStep>().Select(step => step.Call.Kernel.Name), Has.One.EqualTo("copy_weights"), "who does not copy is followed by a copy");
        Assert.That(before, Is.All.Zero);
        Assert.That(CopyOf(memory, parameters, ElementType.BFloat16).Take(100), Is.All.EqualTo(Bits(3f, ElementType.BFloat16)));
        Assert.That(CopyOf(memory, parameters, ElementType.Float16).Take(100), Is.All.EqualTo(Bits(3f, ElementType.Float16)));
    }

    // Every number of both types with what lies half way to the next, and the neighbours of that.
    private static IEnumerable<float> Numbers()
    {
        foreach (ElementType type in s_types)
            for (uint bits = 0; bits < 0x7F80; bits++)
            {
                if (type == ElementType.Float16 && bits >= 0x7C00) break;
                float next = type == ElementType.Float16 && bits == 0x7BFF ? 65536f : Value((ushort)(bits + 1), type);
                float middle = (float)((Value((ushort)bits, type) + (double)next) / 2);
                foreach (float value in new[] { Value((ushort)bits, type), float.BitDecrement(middle), middle, float.BitIncrement(middle) })
                {
                    // A device may take fp32 numbers below its smallest normal one for 0.
                    if (Math.Abs(value) < 1.1754944e-38f && value != 0) continue;
                    yield return value;
                    yield return -value;
                }
            }
    }

    private static ParameterSet SetOf(int count)
    {
        var parameters = new ParameterSet("net");
        parameters.Add("p", new Shape(1, count), Initializer.Normal(1f));
        _ = parameters.Values;
        return parameters;
    }

    private static TensorGraph ReaderOf(ParameterSet parameters, ElementType type)
    {
        var graph = new TensorGraph();
        graph.Output("copy", graph.Persistent("copy", parameters.Values.Copy(type), 0, new Shape((int)parameters.Count), type));
        graph.Output("y", graph.Input("x", new Shape(4)).Relu());
        return graph;
    }

    private static TensorGraph WriterOf(ParameterSet parameters)
    {
        var graph = new TensorGraph();
        Tensor x = graph.Input("x", new Shape((int)parameters.PaddedCount));
        graph.Add(new PackOp(new[] { x.Relu() }, graph.All(parameters, parameters.Values), new[] { 0L }));
        return graph;
    }

    private static ushort[] CopyOf(PersistentMemory memory, ParameterSet parameters, ElementType type)
    {
        using Program reader = Program.Load(memory, Planner.Plan(ReaderOf(parameters, type), DeviceProfiles.Of(Device.Capabilities)));
        return Read(reader);
    }

    private static ushort[] Read(Program reader)
    {
        Run(reader, _ => { });
        return reader.Read<ushort>("copy");
    }

    private static void Run(Program program, Action<Program> fill)
    {
        program.BeginStep();
        fill(program);
        program.Wait(program.Submit());
    }

    private static (float[] Values, ushort[] Copy, string[] Kernels) Update(string optimizer, long rangeBytes, ElementType type, Precision copies, int steps = Steps, int badFrom = int.MaxValue)
    {
        var parameters = new ParameterSet("net");
        for (int i = 0; i < 9; i++) parameters.Add($"p{i}", new Shape(30 + i, 71), Initializer.Normal(1f), isDecayed: i % 2 == 0);
        var graph = new TensorGraph();
        Tensor loss = parameters.Parameters.Select(parameter => graph.Use(parameter).Gelu().Square().SumAll()).Aggregate((sum, term) => sum.Add(term));
        Tensor gradients = parameters.PackGradients(Gradients.Of(loss.Multiply(graph.Input("factor", new Shape(1))), parameters)), norm = gradients.GlobalNorm();
        StepGuardOp guard = graph.GuardStep(StepCounters.Buffer("counters"), norm);
        StepScalar rate = graph.Scalars.Declare("rate");
        if (optimizer == "sgd") parameters.UpdateBySgd(gradients, norm, guard, rate, new SgdOptions { IsNesterov = true });
        else if (optimizer == "lamb") parameters.UpdateByLamb(gradients, norm, guard, rate);
        else parameters.UpdateByAdamW(gradients, norm, guard, rate, new AdamWOptions { AverageDecay = optimizer == "average" ? 0.9 : null });
        using var memory = new PersistentMemory(Device);
        memory.Initialize(parameters, seed: 3);
        DeviceProfile profile = DeviceProfiles.Of(Device.Capabilities);
        using Program program = Program.Load(memory, Planner.Plan(graph, profile with { MaxStorageRangeBytes = Math.Min(rangeBytes, profile.MaxStorageRangeBytes) }, new PlannerOptions { WeightCopies = copies }));
        for (int step = 0; step < steps; step++)
            Run(program, filled =>
            {
                filled.Set(rate, 0.01f);
                filled.Input<float>("factor")[0] = step >= badFrom ? float.NaN : 1f;
            });
        var copy = new ushort[parameters.PaddedCount];
        memory.Read<ushort>(parameters.Values.Copy(type), 0, copy);
        float[] values = new float[parameters.PaddedCount];
        memory.Read<float>(parameters.Values, 0, values);
        return (values, copy, program.Plan.Steps.OfType<DispatchStep>().Select(step => step.Call.Kernel.Name).ToArray());
    }

    private static Precision PrecisionOf(ElementType type) => type == ElementType.Float16 ? Precision.Float16 : Precision.BFloat16;

    private static float Value(ushort bits, ElementType type) => type == ElementType.Float16 ? (float)BitConverter.UInt16BitsToHalf(bits) : BitConverter.UInt32BitsToSingle((uint)bits << 16);

    private static ushort Bits(float value, ElementType type) => type == ElementType.Float16
        ? BitConverter.HalfToUInt16Bits((Half)value) : (ushort)(BitConverter.SingleToUInt32Bits(CaseInput.Rounded(value, Precision.BFloat16)) >> 16);
}
