using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.OpCases;
using Cim.Vulkan.Runtime;
using Cim.Vulkan.Testing;
using NUnit.Framework;

namespace Cim.Vulkan.Models.Tests;

/// <summary>Models and ops against what PyTorch computed: outputs and losses to 1e-4, every gradient to 1e-3.</summary>
public sealed class GoldenTests : GpuTest
{
    private static IEnumerable<TestCaseData> Checks => CasesOf(GoldenCatalog.All);

    private static IEnumerable<TestCaseData> ShortChecks => CasesOf(GoldenCatalog.All.Where(check => !check.IsLong));

    [TestCaseSource(nameof(Checks))]
    public void Agrees_with_PyTorch(GoldenCheck check) => Report(check.Run(Device));

    [TestCaseSource(nameof(ShortChecks))]
    public void Agrees_with_PyTorch_in_the_kernels_for_a_GPU(GoldenCheck check) =>
        Report(check.RunAs(Device, DeviceProfiles.Of(Device.Capabilities) with { IsCpu = false }));

    [Test]
    public void A_wrong_op_and_a_forgotten_tensor_are_reported()
    {
        var model = new GoldenModel(GoldenFile.Load("gelu"));
        model.Expect("output.line.result", model.Input("line.x").Relu());
        IReadOnlyList<string> problems = model.Run(Device, DeviceProfiles.Of(Device.Capabilities)).Problems;
        Assert.That(problems, Has.Count.EqualTo(3));
        Assert.That(problems, Has.One.StartsWith("output.line.result: error "));
        Assert.That(problems, Has.One.EqualTo("grad.input.line.x: is in the file, but nothing was compared with it"));
    }

    [Test]
    public void A_wrong_place_and_a_wrong_sum_of_a_digest_are_reported()
    {
        GoldenFile file = GoldenFile.Load("resnet50_evaluation");
        var model = new GoldenModel(file);
        float[] values = (float[])file["output.map0.entries"].Floats!.Clone();
        values[3] += 0.01f * values.Max();
        model.Expect("output.map0", model.Graph.Constant<float>("wrong", new Shape(values.Length), values));
        IReadOnlyList<string> problems = model.Run(Device, DeviceProfiles.Of(Device.Capabilities)).Problems;
        Assert.That(problems, Has.One.StartsWith("output.map0.entries: error ").And.One.StartsWith("output.map0, sum of magnitudes: error "));
    }

    private static IEnumerable<TestCaseData> CasesOf(IEnumerable<GoldenCheck> checks)
    {
        foreach (GoldenCheck check in checks)
        {
            TestCaseData data = new TestCaseData(check).SetArgDisplayNames(check.Name);
            yield return check.IsLong ? data.SetCategory("Long") : data;
        }
    }

    private static void Report(GoldenResult result)
    {
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
    public void A_file_that_was_cut_off_is_refused()
    {
        byte[] bytes = File.ReadAllBytes(Path.Combine(GoldenFile.Folder, "gelu.safetensors"));
        string RefusalOf(int length) => Assert.Throws<InvalidDataException>(() => GoldenFile.Parse("gelu", bytes.AsSpan(0, length)))!.Message;
        Assert.That(RefusalOf(bytes.Length - 4), Does.Contain("does not fit its place"));
        Assert.That(RefusalOf(100), Does.Contain("cannot be right"));
        Assert.That(RefusalOf(4), Does.Contain("too short"));
    }

    [Test]
    public void A_missing_tensor_is_named() =>
        Assert.That(() => GoldenFile.Load("gelu")["output.nothing"],
            Throws.TypeOf<KeyNotFoundException>().With.Message.EqualTo("golden file gelu: there is no tensor output.nothing"));
}
