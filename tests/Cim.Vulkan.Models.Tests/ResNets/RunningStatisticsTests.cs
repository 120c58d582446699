using System;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Runtime;
using Cim.Vulkan.Testing;
using NUnit.Framework;

namespace Cim.Vulkan.Models.Tests.ResNets;

/// <summary>Running statistics over several steps on the device: moved once a step, averaged over micro-batches, left alone by a step that is not finite.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RunningStatisticsTests : GpuTest
{
    private const double Momentum = 0.25;
    private static readonly Shape s_images = new(2, 3, 2, 4);

    private readonly ParameterSet _parameters = new("net");
    private readonly ParameterSet _statistics = new("statistics");
    private readonly PersistentBuffer _counters = StepCounters.Buffer("counters");
    private readonly double[] _mean = new double[3];
    private readonly double[] _variance = [1, 1, 1];
    private BatchNorm _norm = null!;

    [SetUp]
    public void DeclareNorm() => _norm = new BatchNorm(_parameters, _statistics, "bn1", 3);

    [Test]
    public void Every_step_moves_them_towards_its_batch()
    {
        using PersistentMemory memory = Memory();
        using Program program = Load(memory, graph => Update(graph, Batch(graph, out Tensor loss), loss));
        for (int step = 0; step < 3; step++)
        {
            Run(program, Images(step));
            Move(Images(step));
            AssertState(memory);
        }
    }

    [Test]
    public void A_step_that_is_not_finite_leaves_them_alone()
    {
        using PersistentMemory memory = Memory();
        using Program program = Load(memory, graph => Update(graph, Batch(graph, out Tensor loss), loss));
        float[] poisoned = Images(0);
        poisoned[11] = float.NaN;
        Run(program, Images(1));
        Run(program, poisoned);
        Run(program, Images(2));
        Move(Images(1));
        Move(Images(2));
        AssertState(memory);
    }

    [Test]
    public void Micro_batches_count_with_their_mean()
    {
        using PersistentMemory memory = Memory();
        StepScalar? isFirst = null;
        using Program micro = Load(memory, graph => _statistics.AccumulateGradients(Batch(graph, out _), isFirst = graph.Scalars.Declare("is_first"), 1f / 3));
        using Program last = Load(memory, graph =>
            Update(graph, graph.All(_statistics, _statistics.Companion("accumulated_gradients")), graph.Input("loss", new Shape(1))));
        for (int step = 0; step < 2; step++)
        {
            float[][] batches = [Images(3 * step), Images((3 * step) + 1), Images((3 * step) + 2)];
            for (int i = 0; i < 3; i++)
            {
                uint first = i == 0 ? 1u : 0u;
                Run(micro, batches[i], program => program.Set(isFirst!, first));
            }
            last.BeginStep();
            last.Input<float>("loss")[0] = 1;
            last.Wait(last.Submit());
            Move(batches);
            AssertState(memory);
        }
    }

    [Test]
    public void Evaluation_reads_them()
    {
        using PersistentMemory memory = Memory();
        memory.Write(_statistics["bn1.running_mean"], [1f, 2f, 3f]);
        memory.Write(_statistics["bn1.running_var"], [4f, 4f, 4f]);
        using Program program = Load(memory, graph => graph.Output("y", _norm.Forward(graph.Input("images", s_images), null)));
        Run(program, Images(0));
        float[] expected = Images(0).Select((value, i) => (value - (i / 8 % 3) - 1) / MathF.Sqrt(4 + 1e-5f)).ToArray();
        Assert.That(program.Read<float>("y"), Is.EqualTo(expected).Within(1e-5));
    }

    private PersistentMemory Memory()
    {
        var memory = new PersistentMemory(Device);
        memory.Initialize(_parameters, seed: 1);
        memory.Initialize(_statistics, seed: 1);
        return memory;
    }

    private static Program Load(PersistentMemory memory, Action<TensorGraph> describe)
    {
        var graph = new TensorGraph();
        describe(graph);
        return Program.Load(memory, Planner.Plan(graph, DeviceProfiles.Of(memory.Device.Capabilities)));
    }

    private Tensor Batch(TensorGraph graph, out Tensor loss)
    {
        var batch = new BatchStatistics();
        loss = _norm.Forward(graph.Input("images", s_images), batch).SumAll();
        return batch.Pack(_statistics);
    }

    private void Update(TensorGraph graph, Tensor batch, Tensor loss) => _statistics.UpdateStatistics(batch, graph.GuardStep(_counters, loss), Momentum);

    private static void Run(Program program, float[] images, Action<Program>? set = null)
    {
        program.BeginStep();
        images.CopyTo(program.Input<float>("images"));
        set?.Invoke(program);
        program.Wait(program.Submit());
    }

    private static float[] Images(int seed)
    {
        var values = new float[s_images.Count];
        Initializer.Normal(1f + seed).Fill((ulong)seed, "images", values);
        return values;
    }

    // The mean of the batches' means and unbiased variances, by the book.
    private void Move(params float[][] batches)
    {
        for (int channel = 0; channel < 3; channel++)
        {
            double[][] values = batches.Select(batch => batch.Where((_, i) => i / 8 % 3 == channel).Select(value => (double)value).ToArray()).ToArray();
            double variance = values.Average(own => own.Sum(value => Math.Pow(value - own.Average(), 2)) / (own.Length - 1));
            _mean[channel] += Momentum * (values.Average(own => own.Average()) - _mean[channel]);
            _variance[channel] += Momentum * (variance - _variance[channel]);
        }
    }

    private void AssertState(PersistentMemory memory)
    {
        Assert.That(memory.Read(_statistics["bn1.running_mean"]), Is.EqualTo(_mean).Within(1e-5));
        Assert.That(memory.Read(_statistics["bn1.running_var"]), Is.EqualTo(_variance).Within(1e-4));
    }
}
