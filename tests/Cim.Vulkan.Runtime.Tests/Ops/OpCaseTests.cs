using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.OpCases;
using Cim.Vulkan.Testing;
using NUnit.Framework;

namespace Cim.Vulkan.Runtime.Tests.Ops;

/// <summary>Every op case on the device: outputs, gradients, guard bands, equal bits.</summary>
public sealed class OpCaseTests : GpuTest
{
    private static IEnumerable<TestCaseData> Cases => OpCaseCatalog.All.Select(opCase => new TestCaseData(opCase).SetArgDisplayNames(opCase.ToString()));

    [TestCaseSource(nameof(Cases))]
    public void Matches_Reference(OpCase opCase)
    {
        OpCaseResult result = new OpCaseRunner(Device).Run(opCase);
        Assert.That(result.Problems, Is.Empty, string.Join(Environment.NewLine, result.Problems));
    }
}
