using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.OpCases;
using Cim.Vulkan.Testing;
using NUnit.Framework;

namespace Cim.Vulkan.Runtime.Tests.Ops;

/// <summary>Every op case on the device: outputs, gradients, guard bands, equal bits.</summary>
public sealed class OpCaseTests : GpuTest
{
    private static IEnumerable<TestCaseData> Cases => OpCaseCatalog.All.Where(opCase => opCase.Precision == Precision.Float32).Select(opCase => new TestCaseData(opCase).SetArgDisplayNames(opCase.ToString()));

    private static IEnumerable<TestCaseData> HalfPrecisionOps => OpCaseCatalog.All.Where(opCase => opCase.Precision != Precision.Float32)
        .GroupBy(opCase => (opCase.Op, opCase.Precision, IsForced: opCase.Lack is not null)).Select(group => new TestCaseData((object)group.ToArray())
            .SetArgDisplayNames($"{group.Key.Op} {group.Key.Precision}{(group.Key.IsForced ? " whole workgroups" : "")}"));

    [TestCaseSource(nameof(HalfPrecisionOps))]
    public void Matches_Reference_on_matrix_units(OpCase[] cases)
    {
        if (DeviceProfiles.Of(Device.Capabilities).MatrixOf(cases[0].Precision) is null) Assert.Ignore($"{Device.Capabilities.Name} has no matrix units for {cases[0].Precision}");
        var runner = new OpCaseRunner(Device);
        if (Array.TrueForAll(cases, opCase => runner.WhyNot(opCase) is not null)) Assert.Ignore($"{Device.Capabilities.Name} {runner.WhyNot(cases[0])}");
        RequireNoProblems(cases.Where(opCase => runner.WhyNot(opCase) is null));
    }

    [TestCaseSource(nameof(HalfPrecisionOps))]
    public void Matches_Reference_in_16_bits_without_matrix_units(OpCase[] cases)
    {
        // What is to be timed would take a CPU driver minutes; its kernels are those of the other cases. A device with matrix units shows what its compiler
        // makes of these kernels with some of the cases.
        int every = DeviceProfiles.Of(Device.Capabilities).MatrixShapes.Count > 0 ? 8 : 1;
        OpCase[] without = cases.Where(opCase => !opCase.NeedsMatrixUnits && opCase.Lack is null && !(opCase.IsBenchmark && Device.Capabilities.IsCpu))
            .Where((_, i) => i % every == 0).Select(opCase => opCase.WithoutMatrixUnits()).ToArray();
        if (without.Length == 0) Assert.Ignore($"{cases[0].Op} {cases[0].Precision}: only for matrix units, or too long for a CPU driver");
        RequireNoProblems(without);
    }

    [TestCaseSource(nameof(Cases))]
    public void Matches_Reference(OpCase opCase)
    {
        OpCaseResult result = new OpCaseRunner(Device).Run(opCase);
        Assert.That(result.Problems, Is.Empty, string.Join(Environment.NewLine, result.Problems));
    }

    private static void RequireNoProblems(IEnumerable<OpCase> cases)
    {
        var runner = new OpCaseRunner(Device);
        string[] problems = cases.SelectMany(opCase => runner.Run(opCase).Problems.Select(problem => $"{opCase}: {problem}")).ToArray();
        Assert.That(problems, Is.Empty, string.Join(Environment.NewLine, problems));
    }
}
