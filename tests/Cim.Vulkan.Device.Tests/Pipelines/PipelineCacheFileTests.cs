using System;
using System.IO;
using System.Linq;
using Cim.Vulkan.Testing;
using NUnit.Framework;

namespace Cim.Vulkan.Device.Tests.Pipelines;

[TestFixture]
public sealed class PipelineCacheFileTests
{
    private static readonly byte[] s_data = Enumerable.Range(0, 999).Select(i => (byte)i).ToArray();

    private string _directory = "";

    [SetUp]
    public void Make_directory() => _directory = Directory.CreateTempSubdirectory("cim-cache-").FullName;

    [TearDown]
    public void Remove_directory() => Directory.Delete(_directory, recursive: true);

    [Test]
    public void What_was_written_is_read_back()
    {
        var file = File("uuid");
        file.Write([1]);
        file.Write(s_data);
        Assert.That(file.Read(), Is.EqualTo(s_data));
        Assert.That(Directory.GetFiles(_directory), Has.Length.EqualTo(1));
    }

    [Test]
    public void Any_flipped_byte_discards_the_file()
    {
        var file = File("uuid");
        var good = file.Format(s_data);
        for (var i = 0; i < good.Length; i++)
        {
            var bad = (byte[])good.Clone();
            bad[i] ^= 0x10;
            Assert.That(file.Parse(bad), Is.Null, $"byte {i}");
        }
    }

    [TestCase(0)]
    [TestCase(50)]
    [TestCase(1000)]
    public void A_truncated_file_is_discarded(int bytes)
    {
        var file = File("uuid");
        Assert.That(file.Parse(file.Format(s_data).AsSpan(0, bytes).ToArray()), Is.Null);
    }

    [Test]
    public void The_cache_of_another_driver_is_discarded() => Assert.That(File("other").Parse(File("uuid").Format(s_data)), Is.Null);

    [Test]
    public void A_missing_file_reads_as_nothing() => Assert.That(File("uuid").Read(), Is.Empty);

    private PipelineCacheFile File(string uuid) => new(_directory, SomeDevice.Describe(0, "x", DeviceType.Cpu, uuid).Capabilities);
}
