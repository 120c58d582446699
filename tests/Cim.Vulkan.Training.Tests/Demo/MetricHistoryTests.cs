using System.IO;
using System.Linq;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Demo;

public sealed class MetricHistoryTests
{
    [Test]
    public void Means_are_taken_over_the_steps_asked_for_and_a_torn_line_is_left_out()
    {
        using var folder = new TemporaryFolder();
        var lines = Enumerable.Range(1, 100).Select(step => $"{{\"step\":{step},\"auc\":{step}}}").Append("{\"step\":100,\"knnAccuracy\":0.5}").Append("{\"step\":101,\"au");
        File.WriteAllText(folder.File("metrics.jsonl"), string.Join('\n', lines));
        MetricHistory history = MetricHistory.Read(folder.Path);
        Assert.That(history.MeanOfLast("auc", 50), Is.EqualTo(75.5));
        Assert.That(history.MeanOfFirst("auc", 10), Is.EqualTo(5.5));
        Assert.That(history.Median("auc"), Is.EqualTo(51));
        Assert.That(history.MeanOfLast("loss", 50), Is.Null);
    }
}
