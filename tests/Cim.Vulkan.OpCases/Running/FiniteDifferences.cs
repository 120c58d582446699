using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.OpCases;

/// <summary>Central differences of the float64 reference: what a case's gradients must agree with.</summary>
internal sealed class FiniteDifferences
{
    private readonly OpCase _case;
    private readonly CaseProgram _program;
    private readonly double[][] _values;

    public FiniteDifferences(OpCase opCase, CaseProgram program)
    {
        _case = opCase;
        _program = program;
        _values = opCase.Inputs.Select(input => input.ToDoubles()).ToArray();
    }

    /// <summary>Compares every differentiated operand; returns the largest relative error.</summary>
    public double Compare(Dictionary<string, byte[]> results, List<string> problems)
    {
        double worst = 0;
        foreach (int operand in _program.Differentiated)
        {
            double[] gradient = OpCaseRunner.Decode(results[$"gradient_{operand}"], ElementType.Float32);
            double scale = Math.Max(gradient.Select(Math.Abs).Max(), 1e-4);
            double error = 0;
            int at = -1;
            double expectedAt = 0;
            foreach (int element in Chosen(gradient.Length))
            {
                double expected = Derivative(operand, element);
                double difference = Math.Abs(gradient[element] - expected) / Math.Max(scale, Math.Abs(expected));
                if (difference <= error) continue;
                (error, at, expectedAt) = (difference, element, expected);
                if (double.IsNaN(difference)) break;
            }
            if (!(error <= _case.GradientTolerance))
                problems.Add($"gradient of {_case.Inputs[operand].Name}: error {error:E2} at {at}: expected {expectedAt:G7}, got {gradient[Math.Max(at, 0)]:G7}");
            worst = double.IsNaN(error) ? error : Math.Max(worst, error);
        }
        return worst;
    }

    // First and last element always: that is where tails and edges go wrong.
    private IEnumerable<int> Chosen(int count)
    {
        int chosen = Math.Min(count, _case.DifferenceCount);
        return Enumerable.Range(0, chosen).Select(i => chosen == 1 ? 0 : (int)((long)i * (count - 1) / (chosen - 1))).Distinct();
    }

    private double Derivative(int operand, int element)
    {
        double value = _values[operand][element];
        double step = _case.DifferenceStep * Math.Max(1, Math.Abs(value));
        _values[operand][element] = value + step;
        double above = Loss();
        _values[operand][element] = value - step;
        double below = Loss();
        _values[operand][element] = value;
        return (above - below) / (2 * step);
    }

    private double Loss()
    {
        double[][] outputs = _case.Reference(_values);
        double loss = 0;
        for (int i = 0; i < outputs.Length; i++)
            if (_program.Weights[i] is { } weights)
                for (int j = 0; j < weights.Length; j++) loss += weights[j] * outputs[i][j];
        return loss;
    }
}
