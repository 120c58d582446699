using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Data;

namespace Cim.Vulkan.Training;

/// <summary>A folder of pictures: layout, classes, and whether a sample of the pictures can be decoded.</summary>
internal static class DataCheck
{
    private const int SampleSize = 64;
    private const string Topic = "data";

    public static IEnumerable<Finding> Run(string path)
    {
        ImageSource? source = null;
        string? problem = null;
        try
        {
            source = DatasetLocator.Open(path);
        }
        catch (DatasetException error)
        {
            problem = error.Message;
        }
        if (source is null) return [new Finding(FindingLevel.Problem, Topic, problem!, "give --data a folder of class folders with pictures in them")];
        return [new Finding(FindingLevel.Ok, Topic, source.Description), Labels(source), Sample(source)];
    }

    private static Finding Labels(ImageSource source) => source.ClassNames.Count switch
    {
        0 => new Finding(FindingLevel.Note, "labels", "none: pre-training needs none, a probe does", "for probes, sort the pictures into one folder a class"),
        1 => new Finding(FindingLevel.Note, "labels", $"one class only ({source.ClassNames[0]}): a probe needs two", "for probes, sort the pictures into one folder a class"),
        int count => new Finding(FindingLevel.Ok, "labels", $"{count} classes: {string.Join(", ", source.ClassNames.Take(5))}{(count > 5 ? ", ..." : "")}"),
    };

    private static Finding Sample(ImageSource source)
    {
        int count = Math.Min(SampleSize, source.Count);
        var pixels = new PixelBuffer();
        var unreadable = new List<string>();
        int smallest = int.MaxValue, largest = 0;
        for (int i = 0; i < count; i++)
        {
            try
            {
                // Evenly over the whole set, so that no class and no shard is left out.
                ImageDecoder.Decode(source.Read((int)((long)i * source.Count / count)), pixels);
                smallest = Math.Min(smallest, Math.Min(pixels.Width, pixels.Height));
                largest = Math.Max(largest, Math.Max(pixels.Width, pixels.Height));
            }
            catch (Exception error) when (error is ImageDecodeException or DatasetException)
            {
                unreadable.Add(error.Message);
            }
        }
        if (unreadable.Count == count) return new Finding(FindingLevel.Problem, "pictures", $"none of {count} tried can be decoded: {unreadable[0]}", "convert them to JPEG or PNG");
        string sides = $"sides of {smallest} to {largest} pixels";
        return unreadable.Count == 0
            ? new Finding(FindingLevel.Ok, "pictures", $"{count} tried, all can be decoded, {sides}")
            : new Finding(FindingLevel.Note, "pictures", $"{unreadable.Count} of {count} tried cannot be decoded and would be skipped ({unreadable[0]}), {sides}", "replace or remove what is damaged");
    }
}
