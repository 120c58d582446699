using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;
using NUnit.Framework;

namespace Cim.Vulkan.Models.Tests.ResNets;

public sealed class ResNetTests
{
    private static readonly ResNetOptions s_tiny = new() { Depths = [1, 1, 1, 1], Width = 4 };

    private static IEnumerable<TestCaseData> Sizes =>
    [
        new TestCaseData(ResNetOptions.ResNet18, 11_176_512).SetArgDisplayNames("ResNet-18"),
        new TestCaseData(ResNetOptions.ResNet34, 21_284_672).SetArgDisplayNames("ResNet-34"),
        new TestCaseData(ResNetOptions.ResNet50, 23_508_032).SetArgDisplayNames("ResNet-50"),
        new TestCaseData(ResNetOptions.ResNet101, 42_500_160).SetArgDisplayNames("ResNet-101"),
    ];

    [TestCaseSource(nameof(Sizes))]
    public void Has_as_many_parameters_as_in_torchvision_without_its_classifier(ResNetOptions options, int expected) =>
        Assert.That(Declare(options).Parameters.Count, Is.EqualTo(expected));

    [Test]
    public void Names_are_those_of_torchvision()
    {
        ResNet network = Declare(ResNetOptions.ResNet50);
        string[] names = network.Parameters.Parameters.Select(parameter => parameter.Name).ToArray();
        Assert.That(names, Has.Length.EqualTo(53 * 3));
        Assert.That(names.Take(3), Is.EqualTo(new[] { "conv1.weight", "bn1.weight", "bn1.bias" }));
        Assert.That(names.Where(name => name.StartsWith("layer2.0.", StringComparison.Ordinal)), Is.EquivalentTo(new[]
        {
            "layer2.0.conv1.weight", "layer2.0.bn1.weight", "layer2.0.bn1.bias", "layer2.0.conv2.weight", "layer2.0.bn2.weight", "layer2.0.bn2.bias",
            "layer2.0.conv3.weight", "layer2.0.bn3.weight", "layer2.0.bn3.bias", "layer2.0.downsample.0.weight", "layer2.0.downsample.1.weight",
            "layer2.0.downsample.1.bias",
        }));
        string[] statistics = network.Statistics.Parameters.Select(running => running.Name).ToArray();
        Assert.That(statistics, Has.Length.EqualTo(53 * 2).And.Contains("layer4.2.bn3.running_mean").And.Contains("layer1.0.downsample.1.running_var"));
    }

    [Test]
    public void A_prefix_goes_before_every_name()
    {
        var network = new ResNet(new ParameterSet("enhancer"), new ParameterSet("statistics"), s_tiny, "trunk.");
        Assert.That(network.Parameters.Parameters.Concat(network.Statistics.Parameters).Select(parameter => parameter.Name), Is.All.StartsWith("trunk."));
    }

    [Test]
    public void The_last_norm_of_a_block_starts_at_zero()
    {
        ResNet network = Declare(s_tiny);
        Assert.That(network.Parameters["layer3.0.bn3.weight"].Initializer.Description, Is.EqualTo("constant(0)"));
        Assert.That(network.Parameters["layer3.0.bn2.weight"].Initializer.Description, Is.EqualTo("constant(1)"));
        Assert.That(network.Parameters["layer3.0.downsample.1.weight"].Initializer.Description, Is.EqualTo("constant(1)"));
        Assert.That(Declare(s_tiny with { StartsBranchesAtZero = false }).Parameters["layer3.0.bn3.weight"].Initializer.Description, Is.EqualTo("constant(1)"));
    }

    // He's deviation by what goes out: sqrt(2 / (64 * 49)).
    [Test]
    public void Convolutions_start_with_the_deviation_of_He() =>
        Assert.That(Declare(ResNetOptions.ResNet50).Parameters["conv1.weight"].Initializer.Description, Does.StartWith("normal(std=0.02525"));

    [TestCase(false, 0, "16, 8, 4, 2")]
    [TestCase(false, 1, "16, 8, 4, 4")]
    [TestCase(false, 2, "16, 8, 8, 8")]
    [TestCase(true, 0, "64, 32, 16, 8")]
    [TestCase(true, 3, "64, 64, 64, 64")]
    public void Maps_have_the_sides_that_the_options_tell(bool hasSmallStem, int dilatedStages, string sides)
    {
        ResNetOptions options = s_tiny with { HasSmallStem = hasSmallStem, DilatedStages = dilatedStages };
        IReadOnlyList<Tensor> maps = Declare(options).Features(new TensorGraph().Input("images", new Shape(2, 3, 64, 64)), null);
        Assert.That(string.Join(", ", maps.Select(map => map.Shape[3])), Is.EqualTo(sides));
        for (int stage = 0; stage < 4; stage++) Assert.That(maps[stage].Shape, Is.EqualTo(new Shape(2, 16 << stage, options.MapSide(64, stage), options.MapSide(64, stage))));
    }

    [TestCase(false, 32, 0)]
    [TestCase(false, 8, 2)]
    [TestCase(true, 8, 0)]
    [TestCase(true, 4, 1)]
    public void An_output_stride_dilates_stages(bool hasSmallStem, int outputStride, int dilatedStages) =>
        Assert.That((s_tiny with { HasSmallStem = hasSmallStem }).WithOutputStride(outputStride).DilatedStages, Is.EqualTo(dilatedStages));

    [Test]
    public void Another_output_stride_is_refused_in_words() =>
        Assert.That(() => s_tiny.WithOutputStride(4), Throws.ArgumentException.With.Message.EqualTo("resnet: the output stride must be 32, 16 or 8, got 4"));

    [Test]
    public void Wrong_depths_are_refused_in_words() =>
        Assert.That(() => Declare(s_tiny with { Depths = [1, 2] }), Throws.ArgumentException.With.Message.EqualTo(
            "resnet: depths must be 4 numbers of at least 1, got [1, 2]"));

    [Test]
    public void Training_collects_what_every_norm_saw_and_evaluation_nothing()
    {
        ResNet network = Declare(s_tiny);
        var graph = new TensorGraph();
        var batch = new BatchStatistics();
        Tensor images = graph.Input("images", new Shape(2, 3, 64, 64));
        Assert.That(() => batch.Pack(network.Statistics), Throws.InvalidOperationException.With.Message.Contains("bn1.running_mean"));
        network.Forward(images, batch);
        Assert.That(batch.Pack(network.Statistics).Shape, Is.EqualTo(new Shape((int)network.Statistics.PaddedCount)));
        Assert.That(() => network.Forward(images, batch), Throws.InvalidOperationException.With.Message.Contains("is there already"));
        network.Forward(images, null);
    }

    private static ResNet Declare(ResNetOptions options) => new(new ParameterSet("enhancer"), new ParameterSet("statistics"), options);
}
