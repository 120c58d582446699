using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Device;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Runtime;

namespace Cim.Vulkan.OpCases;

/// <summary>The golden files of optimizers: some steps with clipping, one program run as often.</summary>
internal static class GoldenOptimizer
{
    private const double Tolerance = 1e-4;
    private static readonly (string Golden, string Companion)[] s_moments = { ("exp_avg", "first_moment"), ("exp_avg_sq", "second_moment") };
    private static readonly (string Golden, string Companion)[] s_momentum = { ("momentum_buffer", "momentum") };

    private delegate void Update(GoldenFile file, ParameterSet parameters, Tensor gradients, Tensor norm, StepGuardOp guard, StepScalar learningRate);

    public static GoldenResult AdamW(GpuDevice device, DeviceProfile profile) => Run("adamw", s_moments, device, profile, (file, parameters, gradients, norm, guard, learningRate) =>
        parameters.UpdateByAdamW(gradients, norm, guard, learningRate, new AdamWOptions
        {
            Beta1 = Number(file, "beta1"),
            Beta2 = Number(file, "beta2"),
            Epsilon = Number(file, "epsilon"),
            WeightDecay = Number(file, "weightDecay"),
            ClipNorm = Number(file, "maxGradientNorm"),
        }));

    public static GoldenResult Sgd(GpuDevice device, DeviceProfile profile) => Run("sgd", s_momentum, device, profile, (file, parameters, gradients, norm, guard, learningRate) =>
        parameters.UpdateBySgd(gradients, norm, guard, learningRate, new SgdOptions
        {
            Momentum = Number(file, "momentum"),
            IsNesterov = file.Config.GetProperty("nesterov").GetBoolean(),
            WeightDecay = Number(file, "weightDecay"),
            ClipNorm = Number(file, "maxGradientNorm"),
        }));

    private static double Number(GoldenFile file, string name) => file.Config.GetProperty(name).GetDouble();

    private static GoldenResult Run(string name, (string Golden, string Companion)[] state, GpuDevice device, DeviceProfile profile, Update update)
    {
        GoldenFile file = GoldenFile.Load(name);
        var parameters = new ParameterSet("golden");
        foreach (string parameter in new[] { "weight", "table", "bias" }) parameters.Add(parameter, file[$"param.{parameter}"].Shape, Initializer.Zeros);
        (ExecutionPlan plan, StepScalar learningRate) = Plan(file, parameters, profile, update);
        using var memory = new PersistentMemory(device);
        foreach (Parameter parameter in parameters.Parameters) memory.Write(parameter, file[$"param.{parameter.Name}"].Floats);
        using Program program = Program.Load(memory, plan, new ProgramOptions { Name = $"golden {name}" });
        var comparison = new GoldenComparison(file.Name);
        float[] rates = file["input.learning_rates"].Floats!;
        for (int step = 1; step <= rates.Length; step++)
        {
            program.BeginStep();
            foreach (Parameter parameter in parameters.Parameters)
                file[$"input.step_{step}.{parameter.Name}"].Floats!.CopyTo(program.Input<float>(parameter.Name));
            program.Set(learningRate, rates[step - 1]);
            program.Wait(program.Submit());
            Compare(file, step, program, memory, parameters, state, comparison);
        }
        return comparison.Result;
    }

    private static (ExecutionPlan Plan, StepScalar LearningRate) Plan(GoldenFile file, ParameterSet parameters, DeviceProfile profile, Update update)
    {
        var graph = new TensorGraph();
        StepScalar learningRate = graph.Scalars.Declare("learning_rate");
        Tensor gradients = parameters.PackGradients(parameters.Parameters.Select(parameter => graph.Input(parameter.Name, parameter.Shape)).ToArray());
        Tensor norm = gradients.GlobalNorm();
        graph.Output("norm", norm);
        StepGuardOp guard = graph.GuardStep(StepCounters.Buffer("golden.counters"), norm);
        update(file, parameters, gradients, norm, guard, learningRate);
        return (Planner.Plan(graph, profile), learningRate);
    }

    private static void Compare(GoldenFile file, int step, Program program, PersistentMemory memory, ParameterSet parameters,
        (string Golden, string Companion)[] state, GoldenComparison comparison)
    {
        void Add(string name, IEnumerable<float> actual, IEnumerable<double> expected) =>
            comparison.Add(name, actual.Select(value => (double)value).ToArray(), expected.ToArray(), Tolerance, isGradient: false);
        Add($"gradient_norms[{step}]", program.Read<float>("norm"), file["output.gradient_norms"].ToDoubles().Skip(step - 1).Take(1));
        foreach (Parameter parameter in parameters.Parameters)
        {
            string name = $"output.step_{step}.{parameter.Name}";
            Add($"{name}.value", memory.Read(parameter), file[$"{name}.value"].ToDoubles());
            foreach ((string golden, string companion) in state)
                Add($"{name}.{golden}", memory.Read(parameter, parameters.Companion(companion)), file[$"{name}.{golden}"].ToDoubles());
        }
    }
}
