using System;

namespace Cim.Vulkan.Data;

/// <summary>How the crop of a picture is chosen. Records compare by value, so a run can store what it used.</summary>
public abstract record CropPolicy
{
    /// <summary>The probability of a horizontal flip.</summary>
    public double FlipProbability { get; init; }

    /// <summary>
    /// Chooses the crop of a picture of <paramref name="width"/> x <paramref name="height"/> pixels for an output of
    /// <paramref name="imageSize"/> pixels.
    /// </summary>
    public CropBox Choose(int width, int height, int imageSize, ref RandomSequence random)
    {
        // The flip is drawn first and always, so that it does not depend on how many numbers the box needs.
        var flip = random.NextDouble() < FlipProbability;
        return ChooseBox(width, height, imageSize, ref random) with { Flip = flip };
    }

    /// <summary>Chooses the box without the flip.</summary>
    protected abstract CropBox ChooseBox(int width, int height, int imageSize, ref RandomSequence random);

    /// <summary>The centred square of <paramref name="fraction"/> of the shorter side.</summary>
    protected static CropBox CentredSquare(int width, int height, double fraction)
    {
        var side = Math.Max(1, (int)Math.Round(Math.Min(width, height) * fraction));
        return new CropBox((width - side) / 2, (height - side) / 2, side, side, Flip: false);
    }
}

/// <summary>A box of random area and aspect ratio (Szegedy et al., "Going deeper with convolutions", 2015), the crop of BEiT and CIM.</summary>
/// <param name="MinimumScale">Smallest share of the picture's area.</param>
/// <param name="MaximumScale">Largest share of the picture's area.</param>
/// <param name="MinimumRatio">Smallest width / height.</param>
/// <param name="MaximumRatio">Largest width / height.</param>
public sealed record RandomResizedCrop(
    double MinimumScale = 0.08, double MaximumScale = 1, double MinimumRatio = 3.0 / 4, double MaximumRatio = 4.0 / 3) : CropPolicy
{
    private const int Tries = 10;

    /// <inheritdoc/>
    protected override CropBox ChooseBox(int width, int height, int imageSize, ref RandomSequence random)
    {
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            var area = (double)width * height * random.NextDouble(MinimumScale, MaximumScale);
            var ratio = Math.Exp(random.NextDouble(Math.Log(MinimumRatio), Math.Log(MaximumRatio)));
            var boxWidth = (int)Math.Round(Math.Sqrt(area * ratio));
            var boxHeight = (int)Math.Round(Math.Sqrt(area / ratio));
            if (boxWidth < 1 || boxHeight < 1 || boxWidth > width || boxHeight > height) continue;
            return new CropBox(random.NextInt(width - boxWidth + 1), random.NextInt(height - boxHeight + 1), boxWidth, boxHeight, Flip: false);
        }

        return LargestCentred(width, height);
    }

    /// <summary>For pictures too long or too tall for any try: all of the shorter side, as much of the longer as the ratio allows.</summary>
    private CropBox LargestCentred(int width, int height)
    {
        var ratio = Math.Clamp((double)width / height, MinimumRatio, MaximumRatio);
        var boxWidth = Math.Clamp((int)Math.Round(height * ratio), 1, width);
        var boxHeight = Math.Clamp((int)Math.Round(boxWidth / ratio), 1, height);
        return new CropBox((width - boxWidth) / 2, (height - boxHeight) / 2, boxWidth, boxHeight, Flip: false);
    }
}

/// <summary>The centred square of a share of the shorter side, for evaluation.</summary>
/// <param name="Fraction">Share of the shorter side, for example 224 / 256.</param>
public sealed record CenterCrop(double Fraction = 1) : CropPolicy
{
    /// <inheritdoc/>
    protected override CropBox ChooseBox(int width, int height, int imageSize, ref RandomSequence random) => CentredSquare(width, height, Fraction);
}

/// <summary>The whole picture, squeezed to the square output.</summary>
public sealed record WholeImage : CropPolicy
{
    /// <inheritdoc/>
    protected override CropBox ChooseBox(int width, int height, int imageSize, ref RandomSequence random) => new(0, 0, width, height, Flip: false);
}

/// <summary>
/// The centred square moved at random by up to some pixels in both directions, the crop for small pictures such as CIFAR-10; what lies
/// over the edge is mirrored.
/// </summary>
/// <param name="MaximumShift">Largest shift in pixels of the output.</param>
public sealed record PadShift(int MaximumShift = 3) : CropPolicy
{
    /// <inheritdoc/>
    protected override CropBox ChooseBox(int width, int height, int imageSize, ref RandomSequence random)
    {
        var box = CentredSquare(width, height, 1);
        var sourcePixels = (double)box.Width / imageSize;
        var dx = random.NextInt(2 * MaximumShift + 1) - MaximumShift;
        var dy = random.NextInt(2 * MaximumShift + 1) - MaximumShift;
        return box with { Left = box.Left + (int)Math.Round(dx * sourcePixels), Top = box.Top + (int)Math.Round(dy * sourcePixels) };
    }
}
