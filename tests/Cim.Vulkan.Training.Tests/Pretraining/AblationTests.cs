using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Testing;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Pretraining;

/// <summary>Every switch of the guide's table changes what a step does.</summary>
public sealed class AblationTests : GpuTest
{
    private TemporaryFolder _folder = null!;
    private string _tokenizer = "";
    private Dictionary<CimObjective, string> _usual = [];

    private static IReadOnlyList<string> Switches { get; } = [.. Regex.Matches(Table(), "`--set ([^`]+)`").Select(match => match.Groups[1].Value).Distinct()];

    [OneTimeSetUp]
    public void Run_the_usual_steps()
    {
        if (GpuContext.Shared.Unavailable is not null) return;
        _folder = new TemporaryFolder();
        _tokenizer = SmallCim.MakeTokenizer(Device, _folder.Path);
        _usual = Enum.GetValues<CimObjective>().ToDictionary(objective => objective, objective => WeightsAfter(Usual(objective)));
    }

    [OneTimeTearDown]
    public void Remove_the_folder() => _folder?.Dispose();

    [Test]
    public void The_table_has_the_switches_of_the_paper() => Assert.That(Switches.Select(word => word.Split('=')[0]), Is.SupersetOf(new[]
    {
        "target.normalization", "target.window", "tokenChoice", "masking.kind", "masking.minimumRatio", "generator.depth", "generator.width", "generator.sharesWeights", "target.l1Weight", "target.l2Weight", "enhancerLossWeight",
    }));

    [TestCaseSource(nameof(Switches))]
    public void A_switch_changes_the_step(string assignment)
    {
        CimObjective objective = assignment.StartsWith("target.", StringComparison.Ordinal) ? CimObjective.ResPix : CimObjective.RevDet;
        CimPretrainOptions options = OptionsOverlay.Apply(Usual(objective), [assignment]);
        // One end of a range alone is the range to the usual share.
        Assert.That(options.Validate(), Is.Empty);
        Assert.That(WeightsAfter(options), Is.Not.EqualTo(_usual[objective]));
    }

    [Test]
    public void The_usual_steps_are_the_same_each_time() => Assert.That(WeightsAfter(Usual(CimObjective.RevDet)), Is.EqualTo(_usual[CimObjective.RevDet]));

    [Test]
    public void Another_resolution_of_the_tokenizer_changes_the_step()
    {
        ExecutionPlan Plan(int groups) => CimPretrainer.PlanStep(Usual(CimObjective.RevDet) with { TokenizerImageSize = 4 << (groups - 1) },
            TokenizerFile.OptionsOf(SmallCim.TokenizerOptions("-") with { Groups = groups }), DeviceProfile.Minimal);
        Assert.That(Plan(2).Memory.ArenaBytes, Is.Not.EqualTo(Plan(3).Memory.ArenaBytes));
    }

    // The tokenizer's pictures are half as large, so that they are brought to size.
    private static CimPretrainOptions Usual(CimObjective objective) => SmallCim.Options(objective, "-") with { ImageSize = 32, PatchSize = 8, Masking = new MaskingOptions() };

    private string WeightsAfter(CimPretrainOptions options)
    {
        using CimPretrainer trainer = SmallCim.Open(Device, options, _tokenizer);
        for (int step = 0; step < 3; step++) trainer.Step(step);
        trainer.Finish();
        Assert.That(trainer.Metrics["skippedSteps"], Is.Zero);
        return string.Concat(trainer.CheckpointTensors().Where(tensor => tensor.Name.Contains(".values/", StringComparison.Ordinal)).Select(tensor => Convert.ToHexString(SHA256.HashData(tensor.Read().Span))));
    }

    private static string Table()
    {
        DirectoryInfo? folder = new(TestContext.CurrentContext.TestDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Cim.Vulkan.sln"))) folder = folder.Parent;
        string guide = File.ReadAllText(Path.Combine(folder?.FullName ?? throw new DirectoryNotFoundException("the checkout's root was not found"), "src/Cim.Vulkan.Cli/guides/methods.md"));
        return string.Join('\n', guide[guide.IndexOf("## CIM's own switches", StringComparison.Ordinal)..].Split('\n').Where(line => line.StartsWith('|')));
    }
}
