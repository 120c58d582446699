using System;
using System.Linq;
using System.Xml.Linq;
using static Cim.Vulkan.Training.Markup;

namespace Cim.Vulkan.Bench;

/// <summary>What is told of a training step beside its row: key numbers, and the profile as bars.</summary>
internal static class TrainingFigure
{
    private const double Mebi = 1048576;

    /// <summary>The part of the page; null where the row is none of a training step.</summary>
    public static object?[]? Build(BenchFileRow row)
    {
        if (row.Training is not { } training) return null;
        (string Name, string Value)[] numbers =
        [
            ("images a second", BenchTable.Number(row.ImagesPerSecond)), ("device, ms a step", BenchTable.Number(row.Milliseconds)), ("host work, ms a step", BenchTable.Number(training.HostMilliseconds)),
            ("device busy", BenchTable.Percent(training.DeviceShare)), ("first step, s after the start", BenchTable.Number(training.FirstStepMilliseconds / 1000)),
            ("of it making pipelines, s", BenchTable.Number(training.PipelineMilliseconds / 1000)), ("launches a step", training.Launches?.ToString("N0", null) ?? "–"), ("submits a step", training.Submits?.ToString("N0", null) ?? "–"),
            ("arena, MiB", BenchTable.Number(row.ArenaBytes / Mebi)), ("parameters and optimizer, MiB", BenchTable.Number(row.PersistentBytes / Mebi)),
        ];
        return
        [
            Classed("dl", "numbers", numbers.Where(number => number.Value != "–").Select(number => Element("div", Element("dt", number.Name), Element("dd", number.Value)))),
            training.Profile.Count == 0 ? null : Element("h4", Attribute("class", "profiled"), $"Where the device's time goes, {row.Case}"),
            training.Profile.Count == 0 ? null : Classed("ol", "profile", training.Profile.Select(Bar)),
        ];
    }

    private static XElement Bar(KernelTime kernel) => Element("li",
        Classed("span", "name", kernel.Kernel),
        Classed("span", "n", FormattableString.Invariant($"{kernel.Share * 100:0.0} %, {BenchTable.Number(kernel.Milliseconds)} ms in {kernel.Launches} launches")),
        Classed("div", "bar", Element("span", Attribute("style", FormattableString.Invariant($"width: {Math.Clamp(kernel.Share, 0, 1) * 100:0.##}%")))));
}
