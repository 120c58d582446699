using System;
using System.Collections.Generic;

namespace Cim.Vulkan.OpCases;

/// <summary>Collects what a comparison with a golden file finds.</summary>
internal sealed class GoldenComparison
{
    private readonly string _name;
    private readonly List<string> _problems = new();
    private double _outputError;
    private double _gradientError;
    private int _compared;

    public GoldenComparison(string name) => _name = name;

    public GoldenResult Result => new(_name, _problems, _outputError, _gradientError, _compared);

    public void Add(string problem) => _problems.Add(problem);

    public void Add(string name, double[] actual, double[] expected, double tolerance, bool isGradient, double leastScale = 1e-6)
    {
        double error = OpCaseRunner.RelativeError(actual, expected, out int at, leastScale);
        _compared++;
        if (isGradient) _gradientError = Math.Max(_gradientError, error);
        else _outputError = Math.Max(_outputError, error);
        if (error <= tolerance) return;
        string where = at < 0 ? $"{actual.Length} elements instead of {expected.Length}" : $"at {at}: expected {expected[at]:G7}, got {actual[at]:G7}";
        _problems.Add($"{name}: error {error:E2}, allowed {tolerance:E0}, {where}");
    }
}
