using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Models;

namespace Cim.Vulkan.Training;

/// <summary>A ResNet as enhancer; the defaults are ResNet-50 with the heads that CIM's authors leave open as 1x1 convolution and pixel shuffle.</summary>
public sealed record ConvolutionalOptions
{
    private const int Stages = 4;

    private static readonly SortedDictionary<int, ResNetOptions> s_models = new()
    {
        [10] = ResNetOptions.ResNet18 with { Depths = [1, 1, 1, 1] },
        [18] = ResNetOptions.ResNet18,
        [34] = ResNetOptions.ResNet34,
        [50] = ResNetOptions.ResNet50,
        [101] = ResNetOptions.ResNet101,
    };

    /// <summary>Layers: 18 or 34 with basic blocks, 50 or 101 with bottlenecks; 10 for the smallest, a basic block a stage.</summary>
    public int Layers { get; init; } = 50;

    /// <summary>Channels of the stem; every stage has twice those of the one before.</summary>
    public int Width { get; init; } = 64;

    /// <summary>A 3x3 stem without pooling, for pictures of some 32 pixels.</summary>
    public bool SmallStem { get; init; }

    /// <summary>How many of the last stages dilate instead of halving the resolution, 0 to 3.</summary>
    public int DilatedStages { get; init; }

    /// <summary>The stage, 1 to 4, whose map RevDet reads.</summary>
    public int DetectionStage { get; init; } = Stages;

    /// <summary>How RevDet gets a logit for each token where that map is coarser than the tokens.</summary>
    public MapUpsampling Upsampling { get; init; } = MapUpsampling.PixelShuffle;

    /// <summary>Share of a step's batch in the norms' running statistics.</summary>
    public double NormMomentum { get; init; } = 0.1;

    private static string KnownLayers => $"{string.Join(", ", s_models.Keys.SkipLast(1))} or {s_models.Keys.Last()}";

    /// <summary>Sizes of the network.</summary>
    /// <exception cref="OptionsException">There is no such network.</exception>
    internal ResNetOptions ToModel() => s_models.TryGetValue(Layers, out ResNetOptions? model)
        ? model with { Width = Width, HasSmallStem = SmallStem, DilatedStages = DilatedStages }
        : throw new OptionsException($"a ResNet of {Layers} layers is not known: {KnownLayers}");

    internal void Check(OptionChecks checks, int imageSize, int gridSize, bool detectsTokens)
    {
        const string Name = "enhancer.convolutional";
        checks.Require(s_models.ContainsKey(Layers), $"{Name}.layers is {Layers}, must be {KnownLayers}");
        checks.AtLeast($"{Name}.width", Width, 1);
        checks.Within($"{Name}.dilatedStages", DilatedStages, 0, Stages - 1);
        checks.Within($"{Name}.detectionStage", DetectionStage, 1, Stages);
        checks.Require(Enum.IsDefined(Upsampling), $"{Name}.upsampling {Upsampling} is not known");
        checks.Within($"{Name}.normMomentum", NormMomentum, 0, 1);
        if (!s_models.ContainsKey(Layers) || DilatedStages is < 0 or >= Stages || DetectionStage is < 1 or > Stages) return;
        ResNetOptions model = ToModel();
        int stride = model.OutputStride, side = model.MapSide(imageSize, DetectionStage - 1);
        checks.Require(imageSize % stride == 0, $"--image-size {imageSize} is not a multiple of the ResNet's output stride {stride}: give --image-size {Math.Max(1, (imageSize + (stride / 2)) / stride) * stride}");
        checks.Require(!detectsTokens || (side > 0 && gridSize % side == 0), $"{gridSize}x{gridSize} tokens are no multiple of the {side}x{side} map that RevDet reads: change --patch-size, --image-size, {Name}.detectionStage or {Name}.dilatedStages");
    }
}
