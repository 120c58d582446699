using System;
using System.Collections.Generic;
using System.Linq;

namespace Cim.Vulkan.Models;

/// <summary>Kinds of residual blocks (He et al. 2016).</summary>
public enum ResNetBlockKind
{
    /// <summary>Two 3x3 convolutions.</summary>
    Basic,

    /// <summary>A 1x1, a 3x3 and a wide 1x1 convolution; the 3x3 has the stride (version 1.5).</summary>
    Bottleneck,
}

/// <summary>Sizes of a ResNet; the defaults are ResNet-50.</summary>
public sealed record ResNetOptions
{
    private const int StageCount = 4;

    /// <summary>ResNet-18.</summary>
    public static ResNetOptions ResNet18 { get; } = new() { Block = ResNetBlockKind.Basic, Depths = [2, 2, 2, 2] };

    /// <summary>ResNet-34.</summary>
    public static ResNetOptions ResNet34 { get; } = new() { Block = ResNetBlockKind.Basic };

    /// <summary>ResNet-50.</summary>
    public static ResNetOptions ResNet50 { get; } = new();

    /// <summary>ResNet-101.</summary>
    public static ResNetOptions ResNet101 { get; } = new() { Depths = [3, 4, 23, 3] };

    /// <summary>Kind of the blocks.</summary>
    public ResNetBlockKind Block { get; init; } = ResNetBlockKind.Bottleneck;

    /// <summary>Blocks of each of the four stages.</summary>
    public IReadOnlyList<int> Depths { get; init; } = [3, 4, 6, 3];

    /// <summary>Channels of the stem and of the first stage's inner convolutions; every stage has twice as many.</summary>
    public int Width { get; init; } = 64;

    /// <summary>Channels of an image.</summary>
    public int InputChannels { get; init; } = 3;

    /// <summary>How many of the last stages keep the resolution, by kernels with holes instead of a stride: 0 to 3.</summary>
    public int DilatedStages { get; init; }

    /// <summary>A stem for pictures of some 32 pixels: one 3x3 convolution, which keeps the resolution, instead of a 7x7 with stride 2 and a max-pool.</summary>
    public bool HasSmallStem { get; init; }

    /// <summary>Whether the last norm of each block starts at 0, so that the network starts shallow (Goyal et al. 2017).</summary>
    public bool StartsBranchesAtZero { get; init; } = true;

    /// <summary>Epsilon of the norms.</summary>
    public float NormEpsilon { get; init; } = 1e-5f;

    /// <summary>Pixels along one side of the square that a place of the last map stands for.</summary>
    public int OutputStride => StrideOf(StageCount - 1);

    /// <summary>Channels of the last map.</summary>
    public int OutputChannels => ChannelsOf(StageCount - 1);

    /// <summary>These options with the stages dilated that an output stride asks for.</summary>
    /// <param name="outputStride">32, 16 or 8 with the usual stem; 8, 4 or 2 with the small one.</param>
    /// <exception cref="ArgumentException">No number of dilated stages gives that.</exception>
    public ResNetOptions WithOutputStride(int outputStride)
    {
        for (int dilated = 0; dilated < StageCount - 1; dilated++)
            if ((this with { DilatedStages = dilated }).OutputStride == outputStride) return this with { DilatedStages = dilated };
        int largest = (this with { DilatedStages = 0 }).OutputStride;
        throw new ArgumentException($"resnet: the output stride must be {largest}, {largest / 2} or {largest / 4}, got {outputStride}");
    }

    /// <summary>Channels of a stage's map.</summary>
    /// <param name="stage">0 to 3.</param>
    public int ChannelsOf(int stage) => (Width << stage) * (Block == ResNetBlockKind.Bottleneck ? 4 : 1);

    /// <summary>Pixels along one side of the square that a place of a stage's map stands for.</summary>
    /// <param name="stage">0 to 3.</param>
    public int StrideOf(int stage) => (HasSmallStem ? 1 : 4) << Math.Min(stage, StageCount - 1 - DilatedStages);

    /// <summary>Side of a stage's map.</summary>
    /// <param name="imageSize">Side of an image in pixels.</param>
    /// <param name="stage">0 to 3.</param>
    public int MapSide(int imageSize, int stage = StageCount - 1) => (imageSize + StrideOf(stage) - 1) / StrideOf(stage);

    /// <summary>Refuses sizes that make no model.</summary>
    /// <exception cref="ArgumentException">A size is out of range.</exception>
    public void Validate()
    {
        if (Depths.Count != StageCount || Depths.Any(depth => depth < 1))
            throw new ArgumentException($"resnet: depths must be {StageCount} numbers of at least 1, got [{string.Join(", ", Depths)}]");
        if (Width < 1 || InputChannels < 1) throw new ArgumentException($"resnet: width and input channels must be at least 1, got {Width} and {InputChannels}");
        if (DilatedStages is < 0 or >= StageCount) throw new ArgumentException($"resnet: {StageCount - 1} stages can be dilated, got {DilatedStages}");
        if (!(NormEpsilon >= 0f)) throw new ArgumentException($"resnet: the norms' epsilon must not be negative, got {NormEpsilon}");
    }
}
