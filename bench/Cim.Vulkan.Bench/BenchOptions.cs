using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.OpCases;

namespace Cim.Vulkan.Bench;

/// <summary>What to run and where the rows go.</summary>
public sealed record BenchOptions
{
    /// <summary>Words that a case's name must have, or with a minus in front must not have, separated by spaces; empty for all.</summary>
    public string Filter { get; init; } = "";

    /// <summary>File for the rows; null for none.</summary>
    public string? JsonPath { get; init; }

    internal bool Chooses(string name) => Filter.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .All(word => word.Length > 1 && word[0] == '-' ? !name.Contains(word[1..], StringComparison.OrdinalIgnoreCase) : name.Contains(word, StringComparison.OrdinalIgnoreCase));

    internal IReadOnlyList<OpCase> Choose(IEnumerable<OpCase> cases) => cases.Where(opCase => Chooses(opCase.ToString())).ToArray();
}
