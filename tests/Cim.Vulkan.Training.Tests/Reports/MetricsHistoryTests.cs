using System.IO;
using System.Linq;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Reports;

public sealed class MetricsHistoryTests
{
    [Test]
    public void Means_are_taken_over_the_steps_asked_for_and_a_torn_line_is_left_out()
    {
        using var folder = new TemporaryFolder();
        var lines = Enumerable.Range(1, 100).Select(step => $"{{\"step\":{step},\"auc\":{step}}}").Append("{\"step\":100,\"knnAccuracy\":0.5}").Append("{\"step\":101,\"au");
        File.WriteAllText(folder.File("metrics.jsonl"), string.Join('\n', lines));
        MetricsHistory history = MetricsHistory.Read(folder.File("metrics.jsonl"));
        Assert.That(history.Find("auc").MeanOfLast(50), Is.EqualTo(75.5));
        Assert.That(history.Find("auc").MeanOfFirst(10), Is.EqualTo(5.5));
        Assert.That(history.Find("auc").Median, Is.EqualTo(51));
        Assert.That(history.Find("loss").MeanOfLast(50), Is.Null);
    }
}
