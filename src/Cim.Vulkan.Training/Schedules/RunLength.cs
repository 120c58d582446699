using System;

namespace Cim.Vulkan.Training;

/// <summary>Steps, epochs and batches of a run.</summary>
/// <param name="TotalSteps">Steps of the run.</param>
/// <param name="StepsPerEpoch">Whole batches in an epoch; what is left over is dropped.</param>
public readonly record struct RunLength(long TotalSteps, long StepsPerEpoch)
{
    /// <summary>The length of a run over <paramref name="images"/> pictures, given in steps or, where steps are null, in epochs.</summary>
    /// <exception cref="ArgumentException">A batch needs more pictures than there are, or neither steps nor epochs are given.</exception>
    public static RunLength Of(long images, int imagesPerStep, long? steps, double? epochs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(imagesPerStep, 1);
        long perEpoch = images / imagesPerStep;
        if (perEpoch == 0) throw new ArgumentException($"a step takes {imagesPerStep} images and the data has {images}: give a smaller --batch or more data");
        if (steps is null && epochs is null) throw new ArgumentException("give --steps or --epochs");
        return new RunLength(steps ?? Math.Max(1, (long)Math.Round(epochs!.Value * perEpoch)), perEpoch);
    }

    /// <summary>The epoch and the batch within it of a step, both from 0.</summary>
    public (long Epoch, long BatchInEpoch) At(long step) => (step / StepsPerEpoch, step % StepsPerEpoch);
}
