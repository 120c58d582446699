using System;
using System.Collections.Generic;
using System.Globalization;

namespace Cim.Vulkan.Training;

/// <summary>Collects the problems of options, one clear line each.</summary>
internal sealed class OptionChecks
{
    private readonly List<string> _problems = [];

    public IReadOnlyList<string> Problems => _problems;

    public void Require(bool holds, string problem)
    {
        if (!holds) _problems.Add(problem);
    }

    public void AtLeast(string name, long value, long minimum) => Require(value >= minimum, $"{name} is {value}, must be at least {minimum}");

    public void Positive(string name, double value) => Require(value > 0 && double.IsFinite(value), $"{name} is {Text(value)}, must be above 0");

    public void NotNegative(string name, double value) => Require(value >= 0 && double.IsFinite(value), $"{name} is {Text(value)}, must not be negative");

    public void Within(string name, double value, double minimum, double maximum) =>
        Require(value >= minimum && value <= maximum, $"{name} is {Text(value)}, must lie within {Text(minimum)} and {Text(maximum)}");

    public void Divides(string part, int divisor, string whole, int value) =>
        Require(divisor > 0 && value % divisor == 0, $"{whole} {value} is not a multiple of {part} {divisor}: {(divisor > 0 ? $"{Math.Max(1, (value + (divisor / 2)) / divisor) * divisor} would be" : "give at least 1")}");

    public void Given(string name, string? value, string what) => Require(!string.IsNullOrWhiteSpace(value), $"{name} is missing: {what}");

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
