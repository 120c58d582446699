using System;
using System.Collections.Generic;
using Cim.Vulkan.Data;

namespace Cim.Vulkan.Training.Tests.Pretraining;

/// <summary>Small pictures drawn by formula: bars and blobs whose place and colour follow from the index.</summary>
internal sealed class SmallPictures(int count, int size, Action? onRead = null) : ImageSource
{
    public override int Count => count;

    public override IReadOnlyList<string> ClassNames { get; } = ["bar", "blob"];

    public override string Description => $"{count} drawn pictures";

    public override ImageRecord Read(int index)
    {
        onRead?.Invoke();
        var pixels = new byte[3 * size * size];
        for (int channel = 0; channel < 3; channel++)
            for (int y = 0; y < size; y++)
                for (int x = 0; x < size; x++)
                    pixels[(((y * size) + x) * 3) + channel] = Pixel(index, channel, x, y);
        return new ImageRecord($"shape-{index}", index % 2, pixels, size, size);
    }

    private byte Pixel(int index, int channel, int x, int y)
    {
        double phase = (index * 0.7) + channel, frequency = 0.4 + (0.1 * (index % 5));
        double value = index % 2 == 0 ? Math.Sin((x * frequency) + phase) : Math.Cos(Math.Sqrt(Math.Pow(x - (size / 2.0), 2) + Math.Pow(y - (index % size), 2)) * frequency);
        return (byte)Math.Clamp(128 + (100 * value), 0, 255);
    }
}
