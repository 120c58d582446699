using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using Cim.Vulkan.Bench;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Kernels;
using Cim.Vulkan.Runtime;
using Cim.Vulkan.Testing;
using NUnit.Framework;

namespace Cim.Vulkan.Cli.Tests.Tuning;

/// <summary><c>cim tune</c> on a real device, with a cache folder of its own.</summary>
public sealed class TuneCommandTests : GpuTest
{
    private string _folder = "";

    [SetUp]
    public void Make_a_folder() => _folder = Directory.CreateTempSubdirectory("cim-tune-").FullName;

    [TearDown]
    public void Delete_it() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void What_was_measured_is_kept_and_told()
    {
        Assert.That(Run("devices").Output, Does.Contain("not tuned: `cim tune` takes about a minute"));
        CommandRun run = Run("tune", "--seconds", "90", "--filter", TuneWorks.For(DeviceProfiles.Of(Device.Capabilities))[0].ToString());
        Assert.That(run.ExitCode, Is.Zero, run.Output + run.Errors);
        Assert.That(run.Output, Does.Match(@"(?m)^matmul nt \d+x\d+ over \d+ fp32: \d+x\d+.* \d+\.\d+ ms (stays|-> .* less) \(").And.Contains("shapes measured"));
        string file = Directory.GetFiles(Path.Combine(_folder, "cim-vulkan"), "kernels-*.json").Single();
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(file));
        Assert.That(json.RootElement.GetProperty("choices").GetArrayLength(), Is.Positive);
        Assert.That(Run("devices").Output, Does.Match(@"tuned on \d{4}-\d\d-\d\d, \d+ choices?"));
        File.WriteAllText(file, "a picture");
        CommandRun damaged = Run("devices");
        Assert.That(damaged.ExitCode, Is.Zero);
        Assert.That(damaged.Errors, Does.Contain("is not used"));
    }

    [Test]
    public void A_dry_run_lists_and_leaves_no_file()
    {
        CommandRun run = Run("tune", "--dry-run");
        Assert.That(run.ExitCode, Is.Zero, run.Output + run.Errors);
        Assert.That(run.Output, Does.Contain("others to try"));
        string cache = Path.Combine(_folder, "cim-vulkan");
        Assert.That(Directory.Exists(cache) ? Directory.GetFiles(cache, "kernels-*") : [], Is.Empty);
    }

    [Test]
    public void The_work_of_a_search_is_one_a_size_class()
    {
        foreach (DeviceProfile device in new[] { DeviceProfile.Minimal, DeviceProfile.Minimal with { IsCpu = true, Features = KernelFeatures.Subgroup }, DeviceProfiles.Of(Device.Capabilities) })
        {
            IReadOnlyList<TuneWork> works = TuneWorks.For(device);
            Assert.That(works.Select(work => work.Size), Is.Unique);
            Assert.That(works.Select(work => work.ToString()), Is.Unique);
        }
    }

    [Test]
    public void A_choice_that_is_planned_for_is_the_one_that_is_looked_up()
    {
        DeviceProfile device = DeviceProfiles.Of(Device.Capabilities);
        foreach (TuneWork work in TuneWorks.For(device).Where(work => KernelCandidates.TilesOf(device, work.Size).Count > 1))
            Assert.That(TunePlans.Of(device, work).Plans, Has.Count.GreaterThan(1), $"{work}: every choice makes the same plan");
    }

    [TestCase(Precision.Float32)]
    [TestCase(Precision.Float16)]
    public void Every_tile_of_attention_computes_the_same(Precision precision)
    {
        // In fp32 the form for GPUs, which CPU drivers do not take of themselves; in fp16 what they take on matrix units.
        DeviceProfile device = DeviceProfiles.Of(Device.Capabilities);
        if (precision == Precision.Float32) device = device with { IsCpu = false };
        foreach (TuneWork work in TuneWorks.Attentions(images: 1, tokens: 37, heads: 2, headDim: 16, precision))
        {
            TunePlans plans = TunePlans.Of(device, work);
            Assert.That(plans.Plans, Has.Count.GreaterThan(4), $"{work}");
            using var programs = new TunePrograms(Device, work, plans, new ProgramOptions());
            Assert.That(Enumerable.Range(1, programs.Count - 1).Where(candidate => !programs.IsRight(candidate)).Select(candidate => plans.Plans[candidate].Choice.Tile), Is.Empty, $"{work}");
        }
    }

    private CommandRun Run(params string[] arguments) =>
        CommandRun.AsProcess(_folder, new Dictionary<string, string> { ["XDG_CACHE_HOME"] = _folder, ["LOCALAPPDATA"] = _folder }, arguments);
}
