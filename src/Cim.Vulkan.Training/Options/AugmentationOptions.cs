using System;
using Cim.Vulkan.Data;

namespace Cim.Vulkan.Training;

/// <summary>How the crop of a training picture is chosen.</summary>
public enum CropKind
{
    /// <summary>A box of random area and aspect ratio, as in BEiT and CIM.</summary>
    RandomResized,

    /// <summary>The centred square moved by some pixels, for small pictures such as CIFAR-10.</summary>
    PadShift,

    /// <summary>The centred square as it is.</summary>
    Center,

    /// <summary>The whole picture, squeezed to a square.</summary>
    Whole,
}

/// <summary>Flip and crop of the pictures.</summary>
public sealed record AugmentationOptions
{
    /// <summary>How the crop is chosen.</summary>
    public CropKind Crop { get; init; } = CropKind.RandomResized;

    /// <summary>Smallest share of the picture's area of a random resized crop.</summary>
    public double MinimumScale { get; init; } = 0.08;

    /// <summary>Largest share of the picture's area of a random resized crop.</summary>
    public double MaximumScale { get; init; } = 1;

    /// <summary>Largest shift of <see cref="CropKind.PadShift"/>, in pixels of the output.</summary>
    public int ShiftPixels { get; init; } = 3;

    /// <summary>The probability of a horizontal flip.</summary>
    public double FlipProbability { get; init; } = 0.5;

    /// <summary>The crop policy of these options.</summary>
    public CropPolicy ToCropPolicy()
    {
        CropPolicy policy = Crop switch
        {
            CropKind.RandomResized => new RandomResizedCrop(MinimumScale, MaximumScale),
            CropKind.PadShift => new PadShift(ShiftPixels),
            CropKind.Center => new CenterCrop(),
            CropKind.Whole => new WholeImage(),
            _ => throw new InvalidOperationException($"augmentation: unknown crop {Crop}"),
        };
        return policy with { FlipProbability = FlipProbability };
    }

    internal void Check(OptionChecks checks)
    {
        checks.Require(Enum.IsDefined(Crop), $"crop {Crop} is not known");
        checks.Require(MinimumScale > 0 && MinimumScale <= MaximumScale && MaximumScale <= 1, $"crop scale {MinimumScale} to {MaximumScale} is not a range within 0 (excluded) and 1");
        checks.AtLeast("crop shift in pixels", ShiftPixels, 0);
        checks.Within("flip probability", FlipProbability, 0, 1);
    }
}
