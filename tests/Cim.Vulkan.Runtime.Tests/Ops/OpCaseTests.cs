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
        .GroupBy(opCase => (opCase.Op, opCase.Precision)).Select(group => new TestCaseData((object)group.ToArray()).SetArgDisplayNames($"{group.Key.Op} {group.Key.Precision}"));

    [TestCaseSource(nameof(HalfPrecisionOps))]
    public void Matches_Reference_in_16_bits(OpCase[] cases)
    {
        var runner = new OpCaseRunner(Device);
        if (runner.WhyNot(cases[0]) is { } reason) Assert.Ignore($"{Device.Capabilities.Name} {reason}");
        // Where the device has matrix units, each case once more as devices run it that have none.
        bool hasUnits = DeviceProfiles.Of(Device.Capabilities).MatrixOf(cases[0].Precision) is not null;
        IEnumerable<OpCase> others = hasUnits ? cases.Where(opCase => opCase is { NeedsMatrixUnits: false, LeavesMatrixUnitsAside: false, IsBenchmark: false }).Select(opCase => opCase.WithoutMatrixUnits()) : [];
        string[] problems = cases.Concat(others).SelectMany(opCase => runner.Run(opCase).Problems.Select(problem => $"{opCase}: {problem}")).ToArray();
        Assert.That(problems, Is.Empty, string.Join(Environment.NewLine, problems));
    }

    [TestCaseSource(nameof(Cases))]
    public void Matches_Reference(OpCase opCase)
    {
        OpCaseResult result = new OpCaseRunner(Device).Run(opCase);
        Assert.That(result.Problems, Is.Empty, string.Join(Environment.NewLine, result.Problems));
    }
}
