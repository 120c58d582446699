using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Cim.Vulkan.Bench;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Testing;
using NUnit.Framework;

namespace Cim.Vulkan.Cli.Tests;

public sealed class BenchRunTests : GpuTest
{
    private string _folder = "";

    private string Json => Path.Combine(_folder, "bench.json");

    [SetUp]
    public void Make_folder() => _folder = Directory.CreateTempSubdirectory("cim-bench-").FullName;

    [TearDown]
    public void Delete_folder() => Directory.Delete(_folder, recursive: true);

    [TestCase("revdet", 1_070_999)]
    [TestCase("respix", 1_075_558)]
    public async Task A_training_step_is_timed_with_all_its_numbers(string objective, long parameters)
    {
        CommandRun run = await CommandRun.InProcess(["bench", "train", "--size", "micro", "--batch", "2", "--steps", "3", "--objective", objective, "--json", Json]);
        Assert.That(run.ExitCode, Is.Zero, run.Output + run.Errors);
        using JsonDocument file = JsonDocument.Parse(File.ReadAllText(Json));
        JsonElement row = file.RootElement.GetProperty("rows").EnumerateArray().Single(), training = row.GetProperty("training");
        Assert.Multiple(() =>
        {
            Assert.That(row.GetProperty("case").GetString(), Is.EqualTo($"{objective} micro 32 batch 2"));
            Assert.That(row.GetProperty("samples").GetArrayLength(), Is.EqualTo(3), "--steps");
            Assert.That(row.GetProperty("parameters").GetInt64(), Is.EqualTo(parameters));
            Assert.That(row.GetProperty("maxError").ValueKind, Is.EqualTo(JsonValueKind.Null), "no float64 reference was taken");
            foreach (string name in (string[])["milliseconds", "imagesPerSecond", "flops", "gflops", "roofShare", "arenaBytes", "persistentBytes"]) Assert.That(row.GetProperty(name).GetDouble(), Is.Positive, name);
            foreach (string name in (string[])["hostMilliseconds", "submits", "launches", "firstStepMilliseconds", "pipelineMilliseconds", "pipelines"]) Assert.That(training.GetProperty(name).GetDouble(), Is.Positive, name);
            Assert.That(training.GetProperty("pipelineMilliseconds").GetDouble(), Is.LessThan(training.GetProperty("firstStepMilliseconds").GetDouble()));
        });
        if (Device.Capabilities.Limits.TimestampValidBits == 0) return;
        double[] shares = training.GetProperty("profile").EnumerateArray().Select(kernel => kernel.GetProperty("share").GetDouble()).ToArray();
        Assert.That(shares, Has.Length.EqualTo(10).And.Ordered.Descending);
        Assert.That(shares.Sum(), Is.InRange(0.5, 1));
    }

    [Test]
    public void A_network_that_the_device_cannot_hold_is_a_row_with_the_reason()
    {
        var model = new BenchModel("huge", "8", batch => ModelInput.Pictures(batch, 8), _ => pictures => pictures.UpsampleNearest(4096));
        using var runner = new ModelRunner(Device, model);
        BenchRow row = runner.Run(1, new DeviceRoof(1, 1, 1, 1));
        Assert.That(row.Status, Is.EqualTo(BenchRow.Unsupported));
        Assert.That(row.Reason, Is.Not.Empty.And.Not.Contain("\n"));
        Assert.That(row.Milliseconds, Is.Null, "no time, not a time of 0");
    }

    [Test]
    public async Task A_network_is_validated_and_timed()
    {
        CommandRun run = await CommandRun.InProcess(["bench", "models", "--filter", "micro", "--json", Json]);
        Assert.That(run.ExitCode, Is.Zero, run.Output + run.Errors);
        using JsonDocument file = JsonDocument.Parse(File.ReadAllText(Json));
        JsonElement[] rows = file.RootElement.GetProperty("rows").EnumerateArray().ToArray();
        Assert.That(rows, Has.Length.EqualTo(2), "one picture and a batch");
        foreach (JsonElement row in rows)
        {
            Assert.That(row.GetProperty("status").GetString(), Is.EqualTo("ok"));
            Assert.That(row.GetProperty("maxError").GetDouble(), Is.Positive.And.LessThan(1e-4), "two different plans: equal to the bit would mean that they were one");
            Assert.That(row.GetProperty("imagesPerSecond").GetDouble(), Is.EqualTo(1000 * row.GetProperty("images").GetInt32() / row.GetProperty("milliseconds").GetDouble()).Within(1e-6).Percent);
        }
    }
}
