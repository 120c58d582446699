using System;

namespace Cim.Vulkan.Training;

/// <summary>
/// Mean and deviation of the window around a pixel, on the host, to turn predicted normalised pixels back into a picture.
/// The window reaches from -window/2 to window - 1 - window/2, mirrored at the border; one channel at a time, as the training target does it.
/// </summary>
internal static class WindowStatistics
{
    /// <summary>Restores a channel: <c>value * deviation + mean</c>, the statistics those of the original.</summary>
    public static void Denormalize(ReadOnlySpan<float> original, Span<float> values, int height, int width, int window, double epsilon)
    {
        int before = window / 2;
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                double sum = 0, squares = 0;
                for (int dy = 0; dy < window; dy++)
                {
                    for (int dx = 0; dx < window; dx++)
                    {
                        double pixel = original[(Mirror(y + dy - before, height) * width) + Mirror(x + dx - before, width)];
                        sum += pixel;
                        squares += pixel * pixel;
                    }
                }
                double mean = sum / (window * window), variance = Math.Max(0, (squares / (window * window)) - (mean * mean));
                int at = (y * width) + x;
                values[at] = (float)Math.Clamp((values[at] * Math.Sqrt(variance + epsilon)) + mean, 0, 1);
            }
        }
    }

    private static int Mirror(int index, int length)
    {
        if (length == 1) return 0;
        int period = 2 * (length - 1);
        index = ((index % period) + period) % period;
        return index < length ? index : period - index;
    }
}
