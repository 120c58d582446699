using System.Collections.Generic;
using System.IO;
using System.Linq;
using Cim.Vulkan.Bench;
using NUnit.Framework;

namespace Cim.Vulkan.Cli.Tests.Farm;

public sealed class FarmComparisonTests
{
    private static readonly FarmFigures s_before = new() { SubgroupSize = 32, Registers = 88, Spills = 0, Occupancy = 20, Instructions = 2000, Cycles = 50_000 };

    [Test]
    public void The_same_figures_are_not_worse()
    {
        FarmComparison comparison = Compare(s_before);
        Assert.That(comparison.Lines, Is.Empty);
        Assert.That((comparison.Compared, comparison.Worse, comparison.New, comparison.NewSpills), Is.EqualTo((1, 0, 0, 0)));
    }

    [Test]
    public void A_new_spill_is_found()
    {
        FarmComparison comparison = Compare(s_before with { Spills = 7 });
        Assert.That(comparison.NewSpills, Is.EqualTo(1));
        Assert.That(comparison.Lines.Single(), Is.EqualTo("NEW SPILL matmul_tiled.nn.4.8: 7 (spills 0 -> 7)"));
    }

    [Test]
    public void A_spill_in_a_kernel_that_is_new_is_a_new_spill()
    {
        FarmComparison comparison = FarmComparison.Of(Baseline(), [Row("conv2d_new TILE_M=64", s_before with { Spills = 7 })]);
        Assert.That((comparison.New, comparison.NewSpills), Is.EqualTo((1, 1)));
        Assert.That(comparison.Lines.Single(), Does.StartWith("NEW SPILL conv2d_new TILE_M=64: 7"));
    }

    [Test]
    public void A_spill_that_was_there_is_only_worse_where_it_grew()
    {
        FarmFigures spilling = s_before with { Spills = 7 };
        Assert.That(FarmComparison.Of(Baseline(spilling), [Row("matmul_tiled.nn.4.8", spilling)]).Lines, Is.Empty);
        FarmComparison grown = FarmComparison.Of(Baseline(spilling), [Row("matmul_tiled.nn.4.8", spilling with { Spills = 8 })]);
        Assert.That((grown.NewSpills, grown.Worse), Is.EqualTo((0, 1)));
    }

    [Test]
    public void A_cold_kernel_may_spill() => Assert.That(FarmComparison.Of(Baseline(), [Row("resample", s_before with { Spills = 7 })]).NewSpills, Is.Zero);

    [Test]
    public void Occupancy_and_time_are_told_and_a_little_more_time_is_not()
    {
        Assert.That(Compare(s_before with { Occupancy = 16, Cycles = 53_000 }).Lines.Single(), Is.EqualTo("worse matmul_tiled.nn.4.8: occupancy 20 -> 16, cycles 50000 -> 53000"));
        Assert.That(Compare(s_before with { Instructions = 2090, Cycles = 52_000 }).Lines, Is.Empty);
    }

    [Test]
    public void Registers_count_where_occupancy_is_not_told()
    {
        FarmFigures before = s_before with { Occupancy = null };
        Assert.That(FarmComparison.Of(Baseline(before), [Row("matmul_tiled.nn.4.8", before with { Registers = 100 })]).Lines.Single(), Does.Contain("registers 88 -> 100"));
        Assert.That(Compare(s_before with { Registers = 100 }).Lines, Is.Empty, "the occupancy has stayed");
    }

    [Test]
    public void A_device_that_the_baseline_does_not_have_is_said()
    {
        var output = new StringWriter();
        Assert.That(FarmReport.Compare(new FarmBaseline(), "Voodoo 3", "glide 3", [Row("matmul_tiled.nn.4.8", s_before)], output), Is.False);
        Assert.That(output.ToString(), Does.StartWith("the baseline has no device 'Voodoo 3', so nothing was compared"));
    }

    [Test]
    public void A_baseline_is_read_as_it_was_written()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("cim-farm-").FullName, "farm.json");
        try
        {
            var written = new FarmBaseline();
            written.Set("b \"quoted\"", "driver 1", [Row("matmul_tiled.nn.4.8", s_before), Row("softmax_forward", s_before with { Occupancy = null }), Row("resample", s_before)]);
            written.Set("a", "driver 2", [Row("matmul_tiled.nn.4.8", s_before)]);
            written.Write(path);
            FarmBaseline read = FarmBaseline.Read(path);
            Assert.That(read.ToJson(), Is.EqualTo(written.ToJson()));
            Assert.That(read.Devices.Keys, Is.EqualTo(new[] { "a", "b \"quoted\"" }));
            IReadOnlyDictionary<string, FarmFigures> kernels = read.Devices["b \"quoted\""].Kernels;
            Assert.That(kernels.Keys, Is.EquivalentTo(new[] { "matmul_tiled.nn.4.8", "softmax_forward" }), "hot ones only");
            Assert.That(kernels["softmax_forward"], Is.EqualTo(s_before with { Occupancy = null }));
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    [TestCase("[]")]
    [TestCase("{}")]
    [TestCase("{\"format\": 1, \"devices\": {\"a\": {\"driver\": \"d\", \"kernels\": {\"k\": [1]}}}}")]
    [TestCase("{\"format\": 2, \"devices\": {}}")]
    public void Other_JSON_is_no_baseline(string text)
    {
        string path = Path.GetTempFileName();
        File.WriteAllText(path, text);
        Assert.That(() => FarmBaseline.Read(path), Throws.TypeOf<BenchFileException>());
        File.Delete(path);
    }

    private static FarmComparison Compare(FarmFigures now) => FarmComparison.Of(Baseline(), [Row("matmul_tiled.nn.4.8", now)]);

    private static FarmBaselineDevice Baseline(FarmFigures? figures = null) => new("driver 1", new Dictionary<string, FarmFigures> { ["matmul_tiled.nn.4.8"] = figures ?? s_before });

    private static FarmRow Row(string key, FarmFigures figures) => new(key.Split(' ')[0], "", key, figures);
}
