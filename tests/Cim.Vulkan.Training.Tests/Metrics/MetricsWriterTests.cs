using System.IO;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Metrics;

public sealed class MetricsWriterTests
{
    private static readonly PhysicalFileSystem Disk = new();

    [Test]
    public void Writes_one_object_a_line()
    {
        using var folder = new TemporaryFolder();
        using (MetricsWriter writer = MetricsWriter.Open(Disk, folder.File("m"), 0))
        {
            writer.Write(1, new Metric("loss", 4.92), new Metric("learningRate", 1.5e-3));
            writer.Write(2, new Metric("loss", double.NaN));
            writer.FlushToDisk();
        }

        Assert.That(File.ReadAllText(folder.File("m")), Is.EqualTo("{\"step\":1,\"loss\":4.92,\"learningRate\":0.0015}\n{\"step\":2,\"loss\":null}\n"));
    }

    [Test]
    public void Lines_can_be_read_while_the_run_goes_on()
    {
        using var folder = new TemporaryFolder();
        using MetricsWriter writer = MetricsWriter.Open(Disk, folder.File("m"), 0);
        writer.Write(1);
        using var reader = new StreamReader(new FileStream(folder.File("m"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        Assert.That(reader.ReadLine(), Is.EqualTo("{\"step\":1}"));
    }

    [Test]
    public void A_resumed_run_cuts_what_it_will_write_again()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("m"), "{\"step\":10}\n{\"step\":20}\n{\"step\":30}\n");
        using (MetricsWriter writer = MetricsWriter.Open(Disk, folder.File("m"), 20)) writer.Write(30, new Metric("x", 1));
        Assert.That(File.ReadAllText(folder.File("m")), Is.EqualTo("{\"step\":10}\n{\"step\":20}\n{\"step\":30,\"x\":1}\n"));
    }

    [Test]
    public void A_new_run_keeps_no_line_of_a_former_one()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("m"), "{\"step\":0}\n{\"step\":1}\n");
        using (MetricsWriter writer = MetricsWriter.Open(Disk, folder.File("m"), 0)) writer.Write(0, new Metric("x", 1));
        Assert.That(File.ReadAllText(folder.File("m")), Is.EqualTo("{\"step\":0,\"x\":1}\n"));
    }

    [TestCase("{\"step\":10}\n{\"st")]
    [TestCase("{\"step\":10}\n{\"step\":12}")]
    [TestCase("{\"step\":10}\nnoise\n{\"step\":12}\n")]
    [TestCase("{\"step\":10}\n[1]\n")]
    [TestCase("{\"step\":10}\n{\"step\":\"11\"}\n")]
    public void A_torn_line_is_cut(string content)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("m"), content);
        using (MetricsWriter writer = MetricsWriter.Open(Disk, folder.File("m"), 20)) writer.Write(20);
        Assert.That(File.ReadAllText(folder.File("m")), Is.EqualTo("{\"step\":10}\n{\"step\":20}\n"));
    }

    [Test]
    public void A_failing_write_is_seen()
    {
        using var folder = new TemporaryFolder();
        using MetricsWriter writer = MetricsWriter.Open(new FaultyFileSystem(failAt: 2, dieAfter: false), folder.File("m"), 0);
        Assert.That(() => writer.Write(1), Throws.InstanceOf<IOException>());
    }

    [Test]
    public void Writing_allocates_nothing_after_the_first_lines()
    {
        using var folder = new TemporaryFolder();
        using MetricsWriter writer = MetricsWriter.Open(Disk, folder.File("m"), 0);
        for (int step = 0; step < 100; step++) writer.Write(step, new Metric("loss", 0.1 * step));
        long before = System.GC.GetAllocatedBytesForCurrentThread();
        for (int step = 100; step < 200; step++) writer.Write(step, new Metric("loss", 0.1 * step));
        Assert.That(System.GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }
}
