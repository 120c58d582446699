using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Cim.Vulkan.OpCases;
using Cim.Vulkan.Testing;
using NUnit.Framework;

namespace Cim.Vulkan.Models.Tests;

/// <summary>Models and ops against what PyTorch computed: outputs and losses to 1e-4, every gradient to 1e-3.</summary>
public sealed class GoldenTests : GpuTest
{
    private static IEnumerable<TestCaseData> Checks => GoldenCatalog.All.Select(check => new TestCaseData(check).SetArgDisplayNames(check.Name));

    [TestCaseSource(nameof(Checks))]
    public void Agrees_with_PyTorch(GoldenCheck check)
    {
        GoldenResult result = check.Run(Device);
        TestContext.Out.WriteLine($"{result.ComparedCount} tensors, outputs within {result.OutputError:E1}, gradients within {result.GradientError:E1}");
        Assert.That(result.Problems, Is.Empty, string.Join(Environment.NewLine, result.Problems));
    }
}

/// <summary>The golden files themselves, without a device.</summary>
public sealed class GoldenFileTests
{
    [Test]
    public void Every_golden_file_has_a_check()
    {
        IEnumerable<string?> files = Directory.GetFiles(GoldenFile.Folder, "*.safetensors").Select(Path.GetFileNameWithoutExtension);
        Assert.That(GoldenCatalog.All.Select(check => check.Name), Is.EquivalentTo(files));
    }

    [Test]
    public void A_missing_tensor_is_named() =>
        Assert.That(() => GoldenFile.Load("gelu")["output.nothing"], Throws.TypeOf<KeyNotFoundException>().With.Message.EqualTo("golden file gelu: there is no tensor output.nothing"));
}
