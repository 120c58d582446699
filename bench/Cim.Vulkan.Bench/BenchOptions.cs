using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.OpCases;

namespace Cim.Vulkan.Bench;

/// <summary>What to run and where the rows go.</summary>
public sealed record BenchOptions
{
    /// <summary>Words that a case's name must have, separated by spaces; empty for all.</summary>
    public string Filter { get; init; } = "";

    /// <summary>File for the rows; null for none.</summary>
    public string? JsonPath { get; init; }

    internal IReadOnlyList<OpCase> Choose(IEnumerable<OpCase> cases)
    {
        string[] words = Filter.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return cases.Where(opCase => words.All(word => opCase.ToString().Contains(word, StringComparison.OrdinalIgnoreCase))).ToArray();
    }
}
