using System.Collections.Generic;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Models;

/// <summary>A ResNet under torchvision's names, without its classifier (He et al. 2016): CIM's convolutional enhancer, and what is kept of a pre-training.</summary>
public sealed class ResNet : IVisionEncoder
{
    private readonly ConvolutionNorm _stem;
    private readonly List<List<ResNetBlock>> _stages = new();

    /// <summary>
    /// Declares the parameters under torchvision's names: <c>conv1</c>, <c>bn1</c>, <c>layer1.0.conv1</c>, <c>layer1.0.downsample.0</c> and so on.
    /// </summary>
    /// <param name="parameters">Takes what is trained.</param>
    /// <param name="statistics">Takes the norms' running statistics, <c>bn1.running_mean</c> and so on: they are saved, but not optimised.</param>
    /// <param name="options">Sizes and kinds.</param>
    /// <param name="prefix">Goes before every name.</param>
    public ResNet(ParameterSet parameters, ParameterSet statistics, ResNetOptions options, string prefix = "")
    {
        options.Validate();
        Parameters = parameters;
        Statistics = statistics;
        Options = options;
        var sets = new ResNetSets(parameters, statistics, options);
        _stem = new ConvolutionNorm(sets, $"{prefix}conv1", $"{prefix}bn1", options.InputChannels, options.Width, options.HasSmallStem ? 3 : 7, options.HasSmallStem ? 1 : 2);
        int channels = options.Width, dilation = 1;
        for (int stage = 0; stage < options.Depths.Count; stage++)
        {
            _stages.Add(DeclareStage(sets, $"{prefix}layer{stage + 1}", stage, channels, ref dilation));
            channels = options.ChannelsOf(stage);
        }
    }

    /// <summary>The set that took the parameters.</summary>
    public ParameterSet Parameters { get; }

    /// <summary>The set that took the running statistics.</summary>
    public ParameterSet Statistics { get; }

    /// <inheritdoc/>
    ParameterSet? IVisionEncoder.Statistics => Statistics;

    /// <summary>Sizes and kinds.</summary>
    public ResNetOptions Options { get; }

    /// <inheritdoc/>
    public int FeatureWidth => Options.OutputChannels;

    /// <inheritdoc/>
    public Tensor Pool(Tensor images) => Forward(images, null).GlobalAveragePool();

    /// <summary>The last map, <c>[batch, OutputChannels, height / OutputStride, width / OutputStride]</c>.</summary>
    /// <param name="images">Normalised images, <c>[batch, channels, height, width]</c>.</param>
    /// <param name="batch">Training: takes what the norms see of the batch. Null: evaluation by the running statistics.</param>
    public Tensor Forward(Tensor images, BatchStatistics? batch) => Features(images, batch)[^1];

    /// <summary>The maps of all four stages, the finest first.</summary>
    /// <param name="images">Normalised images, <c>[batch, channels, height, width]</c>.</param>
    /// <param name="batch">Training: takes what the norms see of the batch. Null: evaluation by the running statistics.</param>
    public IReadOnlyList<Tensor> Features(Tensor images, BatchStatistics? batch)
    {
        Tensor x = _stem.Forward(images, batch, Activation.Relu);
        if (!Options.HasSmallStem) x = x.MaxPool2d(kernelSize: 3, stride: 2, padding: 1);
        var maps = new List<Tensor>();
        foreach (List<ResNetBlock> stage in _stages)
        {
            foreach (ResNetBlock block in stage) x = block.Forward(x, batch);
            maps.Add(x);
        }
        return maps;
    }

    // A stage that keeps the resolution dilates instead; its first block still as the stage before.
    private static List<ResNetBlock> DeclareStage(ResNetSets sets, string name, int stage, int channels, ref int dilation)
    {
        ResNetOptions options = sets.Options;
        bool isDilated = stage >= options.Depths.Count - options.DilatedStages;
        int stride = stage == 0 || isDilated ? 1 : 2, firstDilation = dilation, width = options.Width << stage;
        if (isDilated) dilation *= 2;
        var blocks = new List<ResNetBlock>();
        for (int i = 0; i < options.Depths[stage]; i++)
            blocks.Add(new ResNetBlock(sets, $"{name}.{i}", i == 0 ? channels : options.ChannelsOf(stage), width, options.ChannelsOf(stage),
                i == 0 ? stride : 1, i == 0 ? firstDilation : dilation, dilation));
        return blocks;
    }
}
