using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Runtime;

namespace Cim.Vulkan.OpCases;

/// <summary>A case as a program: its outputs, and the gradients of a weighted sum of them.</summary>
internal sealed class CaseProgram
{
    private readonly OpCase _case;
    private readonly TensorGraph _graph = new();

    public CaseProgram(OpCase opCase, bool withGradients)
    {
        _case = opCase;
        Tensor[] inputs = opCase.Inputs
            .Select(input => _graph.Input(input.Name, input.Shape, input.IsFloat ? ElementType.Float32 : ElementType.Int32)).ToArray();
        Outputs = opCase.Build(inputs);
        for (int i = 0; i < Outputs.Length; i++) _graph.Output($"output_{i}", Outputs[i]);
        Weights = Outputs.Select((output, i) => output.ElementType.IsFloat() ? CaseInput.Normal($"weight_{i}", output.Shape).Floats! : null).ToArray();
        if (withGradients) AddGradients(inputs);
    }

    public TensorGraph Graph => _graph;

    public Tensor[] Outputs { get; }

    /// <summary>Weights of the loss, one an output; null for integer outputs.</summary>
    public float[]?[] Weights { get; }

    /// <summary>Indices of the operands whose gradients are outputs.</summary>
    public IReadOnlyList<int> Differentiated { get; private set; } = Array.Empty<int>();

    public ExecutionPlan Plan(DeviceProfile profile, PlannerOptions options) => Planner.Plan(_graph, _case.On(profile), options with { Precision = _case.Precision, WeightCopies = _case.WeightCopies });

    public void Fill(Program program)
    {
        foreach (CaseInput input in _case.Inputs)
        {
            if (input.IsFloat) input.Floats!.CopyTo(program.Input<float>(input.Name));
            else input.Integers.CopyTo(program.Input<int>(input.Name));
        }
        if (!_graph.HasScalars) return;
        program.SetStep(seed: 0, step: 0);
        foreach (StepScalar scalar in _graph.Scalars.Declared)
            if (_case.Scalars.TryGetValue(scalar.Name, out uint bits)) program.Input<uint>("step_scalars")[scalar.Slot] = bits;
    }

    private void AddGradients(Tensor[] inputs)
    {
        Tensor? loss = null;
        for (int i = 0; i < Outputs.Length; i++)
        {
            if (Weights[i] is null) continue;
            Tensor weight = _graph.Constant<float>($"weight_{i}", Outputs[i].Shape, Weights[i]);
            Tensor term = Outputs[i].Multiply(weight).SumAll();
            loss = loss is null ? term : loss.Add(term);
        }
        Differentiated = Enumerable.Range(0, inputs.Length).Where(i => _case.Inputs[i].IsDifferentiated).ToArray();
        if (loss is null || Differentiated.Count == 0) return;
        IReadOnlyList<Tensor> gradients = Gradients.Of(loss, Differentiated.Select(i => inputs[i]).ToArray());
        for (int i = 0; i < gradients.Count; i++) _graph.Output($"gradient_{Differentiated[i]}", gradients[i]);
    }
}
