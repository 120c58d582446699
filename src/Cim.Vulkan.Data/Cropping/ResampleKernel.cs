using System;

namespace Cim.Vulkan.Data;

/// <summary>The filter of a resampling; widened by the reduction factor when a picture shrinks, so that it does not alias.</summary>
public enum ResampleKernel
{
    /// <summary>Keys' cubic convolution with a = -0.5, support 2.</summary>
    Bicubic,

    /// <summary>Windowed sinc with three lobes, support 3.</summary>
    Lanczos,
}

/// <summary>The filters as functions of the distance in samples.</summary>
internal static class ResampleKernels
{
    public static double Support(ResampleKernel kernel) => kernel == ResampleKernel.Bicubic ? 2 : 3;

    public static double Weight(ResampleKernel kernel, double distance)
    {
        var x = Math.Abs(distance);
        return kernel == ResampleKernel.Bicubic ? Cubic(x) : Lanczos(x);
    }

    private static double Cubic(double x) => x switch
    {
        < 1 => (1.5 * x - 2.5) * x * x + 1,
        < 2 => ((-0.5 * x + 2.5) * x - 4) * x + 2,
        _ => 0,
    };

    private static double Lanczos(double x) => x < 3 ? Sinc(x) * Sinc(x / 3) : 0;

    private static double Sinc(double x) => x == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);
}
