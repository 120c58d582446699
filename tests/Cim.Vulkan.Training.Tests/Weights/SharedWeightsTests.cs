using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Weights;

/// <summary>Real files: each is read to its last tensor, or refused in a line.</summary>
public sealed class SharedWeightsTests
{
    private static readonly string[] s_foreign = [".npz", ".npy", ".onnx", ".pb", ".dat"];

    [Test]
    public void Every_real_file_is_read_or_refused_with_a_reason()
    {
        string folder = TestFiles.RequireShared("weights");
        var refused = new List<string>();
        foreach (string path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(path => !path.EndsWith(".json", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            try
            {
                using var source = WeightsSource.Open(path);
                foreach (WeightTensor tensor in source.Tensors) Assert.That(source.ReadFloats(tensor), Has.Length.EqualTo(tensor.ElementCount));
                TestContext.Out.WriteLine($"{Path.GetFileName(path)}: {source.FormText}, {source.Tensors.Count} tensors");
            }
            catch (WeightsException error)
            {
                TestContext.Out.WriteLine(error.Message.Replace(folder, "", StringComparison.Ordinal));
                if (!s_foreign.Contains(Path.GetExtension(path))) refused.Add(error.Message);
            }
        }

        Assert.That(refused, Is.Empty, "what torch.save and safetensors wrote is read");
    }

    [Test]
    public void The_same_architecture_out_of_two_forms_has_the_same_names_and_shapes()
    {
        using var torch = WeightsSource.Open(TestFiles.RequireShared("weights/mnist-burn/mnist.pt"));
        using var safetensors = WeightsSource.Open(TestFiles.RequireShared("weights/mnist-burn/mnist.safetensors"));
        Assert.That(torch.Tensors.Select(Line).Order(StringComparer.Ordinal), Is.EqualTo(safetensors.Tensors.Select(Line).Order(StringComparer.Ordinal)));

        static string Line(WeightTensor tensor) => $"{tensor.Name} {tensor.ShapeText}";
    }

    [Test]
    public void A_network_written_as_safetensors_is_the_same_to_the_bit()
    {
        using var legacy = WeightsSource.Open(TestFiles.RequireShared("weights/resnet-cifar10/resnet20-12fca82f.th"));
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "resnet20.safetensors");
        SafetensorsWriter.WriteFile(new PhysicalFileSystem(), path, [.. legacy.Tensors.Select(tensor => new NamedTensor(tensor.Name, tensor.Shape, tensor.Type, () => legacy.ReadBytes(tensor)))]);
        using var copy = WeightsSource.Open(path);
        Assert.That(copy.Tensors.Select(tensor => tensor.Name), Is.EquivalentTo(legacy.Tensors.Select(tensor => tensor.Name)));
        foreach (WeightTensor tensor in legacy.Tensors) Assert.That(copy.ReadBytes(copy[tensor.Name]), Is.EqualTo(legacy.ReadBytes(tensor)), tensor.Name);
    }
}
