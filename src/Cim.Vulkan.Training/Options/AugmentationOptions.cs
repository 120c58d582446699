using System;
using System.Text.Json.Serialization;
using Cim.Vulkan.Data;
using Cim.Vulkan.Graph;

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

/// <summary>Where crops are resized and flipped; which they are is the host's choice always, and the same.</summary>
public enum AugmentationPlace
{
    /// <summary>On the device, where it is no CPU driver.</summary>
    Auto,

    /// <summary>In the loader's threads.</summary>
    Host,

    /// <summary>On the device, in the step: the loader copies bytes.</summary>
    Device,
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

    /// <summary>Where crops are resized. Not written where it is Auto, so that runs from before it can be resumed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public AugmentationPlace On { get; init; }

    /// <summary>
    /// For the device: a crop of more pixels than a square of this side is shrunk on the host before it is resized there; 0 for four times the pictures' side,
    /// 512 at most.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int DeviceCropSide { get; init; }

    /// <summary>The options with the place that they mean on a device.</summary>
    /// <param name="device">The device.</param>
    public AugmentationOptions For(DeviceProfile device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return On != AugmentationPlace.Auto ? this : this with { On = device.IsCpu ? AugmentationPlace.Host : AugmentationPlace.Device };
    }

    /// <summary>The options with the place where a loader's pictures are resized.</summary>
    /// <param name="loader">The loader.</param>
    internal AugmentationOptions As(BatchLoader loader) =>
        this with { On = loader.CropRoom is null ? AugmentationPlace.Host : AugmentationPlace.Device, DeviceCropSide = loader.CropRoom?.Side ?? DeviceCropSide };

    /// <summary>Room of the crops on their way to the device; null where they are resized on the host, as also where the place is not decided yet.</summary>
    /// <param name="imageSize">Side of the pictures.</param>
    public CropRoom? RoomFor(int imageSize) =>
        On != AugmentationPlace.Device ? null : DeviceCropSide == 0 ? CropRoom.For(imageSize) : new CropRoom(DeviceCropSide);

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
        checks.Require(Enum.IsDefined(On), $"--augment-on {On} is not known: auto, host or device");
        checks.Require(DeviceCropSide == 0 || DeviceCropSide is >= CropRoom.SmallestSide and <= CropRoom.GreatestSide,
            $"augmentation.deviceCropSide is {DeviceCropSide}, must be within {CropRoom.SmallestSide} and {CropRoom.GreatestSide}, or 0 for what suits the pictures");
        checks.Within("flip probability", FlipProbability, 0, 1);
    }
}
