using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.TensorBoard;

public sealed class TensorBoardEventsTests
{
    // The signature, the header chunk of a picture of 3 by 2 pixels in RGB, and its checksum, which nobody reads here.
    private static readonly byte[] Picture =
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 3, 0, 0, 0, 2, 8, 2, 0, 0, 0, 1, 2, 3, 4];

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void Make_a_folder() => _folder = new TemporaryFolder();

    [TearDown]
    public void Remove_the_folder() => _folder.Dispose();

    [Test]
    public void The_reader_of_these_tests_knows_the_checksum() => Assert.That(EventFileReader.Checksum("123456789"u8), Is.EqualTo(0xE3069283));

    [Test]
    public void Numbers_and_pictures_are_read_back_while_the_run_goes_on()
    {
        Directory.CreateDirectory(_folder.File("grids"));
        string grid = _folder.File("grids/step-00000012.png");
        File.WriteAllBytes(grid, Picture);
        Start(0, events =>
        {
            events.Measured(12, [new Metric("generatorLoss", 4.5), new Metric("maskedAccuracy", 0.25), new Metric("auc", double.NaN), new Metric("learningRate", 1e-3)]);
            events.PictureWritten(12, grid);
            ReadEvent[] read = EventFileReader.Read(File.ReadAllBytes(Files().Single())).ToArray();
            Assert.That(read.Select(e => e.Step), Is.EqualTo(new[] { 0, 12, 12 }));
            Assert.That(read[0].Version, Is.EqualTo("brain.Event:2"));
            Assert.That(read[1].Values.Select(value => (value.Tag, value.Number)),
                Is.EqualTo(new[] { ("generator/loss", 4.5f), ("generator/maskedAccuracy", 0.25f), ("enhancer/auc", float.NaN), ("training/learningRate", 1e-3f) }));
            Assert.That(read[1].WallTime, Is.EqualTo(DateTimeOffset.UtcNow.ToUnixTimeSeconds()).Within(3600));
            ReadValue picture = read[2].Values.Single();
            Assert.That((picture.Tag, picture.Width, picture.Height, picture.Picture), Is.EqualTo(("grids/step", 3L, 2L, Picture)));
        });
    }

    [Test]
    public void A_flipped_bit_is_noticed_and_what_follows_it_is_cut()
    {
        Write(0, 1, 2);
        string path = Files().Single();
        byte[] good = File.ReadAllBytes(path);
        for (int bit = 0; bit < good.Length * 8; bit++)
        {
            byte[] bad = (byte[])good.Clone();
            bad[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.That(() => EventFileReader.Read(bad), Throws.InstanceOf<Exception>(), $"bit {bit}");
            Assert.That(RecordCount(bad), Is.LessThan(3), $"bit {bit}");
        }

        good[^5] ^= 1;
        File.WriteAllBytes(path, good);
        Write(2);
        Assert.That(EventFileReader.Read(File.ReadAllBytes(path)).Select(e => e.Step), Is.EqualTo(new[] { 0, 1 }));
    }

    [Test]
    public void A_resumed_run_goes_on_in_a_new_file_and_repeats_no_step()
    {
        Write(0, 10, 20, 30);
        Write(20, 30, 40);
        Write(40, 50);
        string[] files = Files();
        Assert.That(files, Has.Length.EqualTo(3));
        ReadEvent[] read = files.SelectMany(file => EventFileReader.Read(File.ReadAllBytes(file))).ToArray();
        Assert.That(read.Where(e => e.Values.Count > 0).Select(e => e.Step), Is.EqualTo(new[] { 10, 20, 30, 40, 50 }));
        Assert.That(read.Where(e => e.SessionStatus == 1).Select(e => e.Step), Is.EqualTo(new[] { 21, 41 }), "a reader forgets steps from here on");
    }

    [Test]
    public void A_new_run_keeps_nothing_of_a_former_one()
    {
        Write(0, 10);
        Write(0, 20);
        Assert.That(EventFileReader.Read(File.ReadAllBytes(Files().Single())).Select(e => e.Step), Is.EqualTo(new[] { 0, 20 }));
    }

    [TestCase("enhancerGradientNorm", "enhancer/gradientNorm")]
    [TestCase("probeAccuracy", "probe/accuracy")]
    [TestCase("deviceShare", "device/share")]
    [TestCase("imagesPerSecond", "device/imagesPerSecond")]
    [TestCase("generator", "training/generator")]
    [TestCase("loss", "training/loss")]
    public void Series_are_grouped_by_what_they_belong_to(string name, string tag) => Assert.That(SeriesTag.Of(name), Is.EqualTo(tag));

    private string[] Files() => Directory.GetFiles(_folder.File(TensorBoardEvents.FolderName)).Order(StringComparer.Ordinal).ToArray();

    private void Write(long stepsDone, params long[] steps) => Start(stepsDone, events =>
    {
        foreach (long step in steps) events.Measured(step, [new Metric("loss", step)]);
    });

    private void Start(long stepsDone, Action<TensorBoardEvents> run)
    {
        using JsonDocument options = JsonDocument.Parse("{}");
        using RunFolder folder = RunFolder.Open(new PhysicalFileSystem(), _folder.Path, new RunIdentity("test", options.RootElement), resume: true);
        using var events = new TensorBoardEvents();
        events.Begins(new RunStart(folder, "test", "device", stepsDone, 100));
        run(events);
    }

    private static int RecordCount(ReadOnlyMemory<byte> file)
    {
        int count = 0;
        for (; RecordFraming.TryRead(file, out ReadOnlyMemory<byte> payload); count++) file = file[(payload.Length + RecordFraming.HeaderBytes + RecordFraming.FooterBytes)..];
        return count;
    }
}
