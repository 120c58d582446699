using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Runtime;

namespace Cim.Vulkan.Training;

/// <summary>A number that comes back with a pass.</summary>
/// <param name="Name">In <c>metrics.jsonl</c>.</param>
/// <param name="Read">Takes it from what the pass has put out.</param>
/// <param name="IsLoss">Whether it is part of what is made small.</param>
internal sealed record StepNumber(string Name, Func<Program, StepTicket, double> Read, bool IsLoss = false)
{
    /// <summary>A loss that is an output by itself.</summary>
    public static StepNumber Loss(string name, string output) => Output(name, output) with { IsLoss = true };

    /// <summary>An output of one number.</summary>
    public static StepNumber Output(string name, string output) => new(name, (program, ticket) => program.Metric<float>(ticket, output)[0]);

    /// <summary>The mean of an output of many.</summary>
    public static StepNumber MeanOf(string name, string output) => new(name, (program, ticket) =>
    {
        ReadOnlySpan<float> values = program.Metric<float>(ticket, output);
        double sum = 0;
        foreach (float value in values) sum += value;
        return sum / values.Length;
    });
}

/// <summary>All numbers of a step in the order in which they are shown: those of the method, gradient norms, learning rate, skipped steps, the method's details.</summary>
internal sealed class StepNumbers
{
    private readonly StepNumber[] _first;
    private readonly StepNumber[] _details;
    private string[] _norms = [];

    /// <summary>Takes a method's numbers.</summary>
    /// <param name="first">The losses and what is as telling.</param>
    /// <param name="details">Shown last.</param>
    public StepNumbers(StepNumber[] first, params StepNumber[] details) => (_first, _details) = (first, details);

    /// <summary>The names, once the networks are known.</summary>
    /// <param name="networks">Of what is trained.</param>
    public string[] NamesWith(IReadOnlyList<string> networks)
    {
        _norms = networks.Select(PretrainUpdate.NormOf).ToArray();
        return [.. _first.Select(number => number.Name), .. networks.Select(network => $"{network}GradientNorm"), "learningRate", "skippedSteps", .. _details.Select(number => number.Name)];
    }

    /// <summary>The sum of the losses of a step.</summary>
    public double LossOf(StepMetrics metrics)
    {
        double sum = 0;
        foreach (StepNumber number in _first)
            if (number.IsLoss) sum += metrics[number.Name];
        return sum;
    }

    /// <summary>Takes in the numbers of a pass.</summary>
    public void Collect(Program program, StepTicket ticket, StepMetrics metrics)
    {
        for (int i = 0; i < _first.Length; i++) metrics.Add(i, _first[i].Read(program, ticket));
        int before = _first.Length + _norms.Length + 2;
        for (int i = 0; i < _details.Length; i++) metrics.Add(before + i, _details[i].Read(program, ticket));
    }

    /// <summary>Takes in the numbers of an update.</summary>
    public void CollectUpdate(Program program, StepTicket ticket, StepMetrics metrics, float unscale, double learningRate, double skipped)
    {
        int at = _first.Length;
        foreach (string norm in _norms) metrics.Add(at++, program.Metric<float>(ticket, norm)[0] * unscale);
        metrics.Add(at++, learningRate);
        metrics.Add(at, skipped);
    }
}
