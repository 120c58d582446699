using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using Cim.Vulkan.Data;
using Cim.Vulkan.Models;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Options;

public sealed class OptionsTests
{
    private static readonly CimPretrainOptions Pretrain = new() { Data = "data", Out = "out", Tokenizer = "t.safetensors", Steps = 10 };
    private static readonly CimPretrainOptions SimMim = PretrainMethod.Of(PretrainMethodKind.SimMim).Start with { Data = "data", Out = "out", Steps = 10 };
    private static readonly CimPretrainOptions Denoise = PretrainMethod.Of(PretrainMethodKind.Denoise).Start with { Data = "data", Out = "out", Steps = 10 };
    private static readonly CimPretrainOptions Beit = PretrainMethod.Of(PretrainMethodKind.Beit).Start with { Data = "data", Out = "out", Tokenizer = "t.safetensors", Steps = 10 };
    private static readonly TokenizerTrainingOptions Tokenizer = new() { Data = "data", Out = "out", Steps = 10 };

    private static IEnumerable<TestCaseData> Faults()
    {
        yield return new(Pretrain with { Data = "" }, "--data is missing");
        yield return new(Pretrain with { Out = " " }, "--out is missing");
        yield return new(Pretrain with { Tokenizer = "" }, "--tokenizer is missing");
        yield return new(Pretrain with { Steps = null }, "--steps or --epochs");
        yield return new(Pretrain with { Steps = 0 }, "--steps is 0");
        yield return new(Pretrain with { Steps = null, Epochs = -1 }, "--epochs is -1");
        yield return new(Pretrain with { Batch = 0 }, "--batch is 0");
        yield return new(Pretrain with { Accumulate = 0 }, "accumulate is 0");
        yield return new(Pretrain with { KeepCheckpoints = 0 }, "--keep");
        yield return new(Pretrain with { ImageSize = 225 }, "--image-size 225 is not a multiple of --patch-size 16");
        yield return new(Pretrain with { PatchSize = 0 }, "--patch-size is 0");
        yield return new(Pretrain with { TokenizerImageSize = 100 }, "--tokenizer-image-size 100 is not a multiple of the 14 patches a side");
        yield return new(Pretrain with { Enhancer = new() { Heads = 5 } }, "enhancer.width 384 is not a multiple of enhancer.heads 5: 385 would be");
        yield return new(Pretrain with { Enhancer = new() { Width = 6, Positions = PositionKind.SineCosine } }, "multiple of what sine-cosine positions need, 4");
        yield return new(Pretrain with { Generator = new() { UseAbsolutePositions = false } }, "could not tell masked positions apart");
        yield return new(Pretrain with { Masking = new() { Count = 197 } }, "--masked 197 does not fit pictures of 196 tokens: give 1 to 196");
        yield return new(Pretrain with { Masking = new() { MinimumRatio = 0.7 } }, "mask ratio");
        yield return new(Pretrain with { SamplingTemperature = 0 }, "sampling temperature");
        yield return new(Pretrain with { Target = new() { Window = 225 } }, "target window 225");
        yield return new(Pretrain with { Target = new() { L1Weight = 0, L2Weight = 0 } }, "nothing would be learned");
        yield return new(Pretrain with { Optimizer = new() { Beta2 = 1 } }, "beta2 is 1");
        yield return new(Pretrain with { Optimizer = new() { LearningRate = double.NaN } }, "--learning-rate is NaN");
        yield return new(Pretrain with { Optimizer = new() { MinimumLearningRate = 1 } }, "optimizer.minimumLearningRate");
        yield return new(Pretrain with { EnhancerClipNorm = -1 }, "enhancer clip norm");
        yield return new(Pretrain with { Objective = (CimObjective)7 }, "--objective 7");
        yield return new(Pretrain with { Augmentation = new() { MinimumScale = 0 } }, "crop scale");
        yield return new(Pretrain with { Augmentation = new() { FlipProbability = 1.5 } }, "flip probability");
        yield return new(Pretrain with { Augmentation = new() { On = (AugmentationPlace)3 } }, "--augment-on 3 is not known: auto, host or device");
        yield return new(Tokenizer with { Augmentation = new() { DeviceCropSide = 7 } }, "augmentation.deviceCropSide is 7, must be within 8 and 640, or 0 for what suits the pictures");
        yield return new(Tokenizer with { Augmentation = new() { DeviceCropSide = 641 } }, "augmentation.deviceCropSide is 641");
        yield return new(Tokenizer with { ImageSize = 30 }, "--image-size 30 is not a multiple of the 4 pixels that a token covers with --groups 3: give --image-size 32");
        yield return new(Tokenizer with { HiddenWidth = 30 }, "--width 30");
        yield return new(Tokenizer with { VocabularySize = 1 }, "--vocabulary");
        yield return new(Tokenizer with { EndTemperature = 0 }, "end temperature");
        yield return new(Tokenizer with { EmaDecay = 1 }, "EMA decay");
    }

    // What belongs to one method only.
    private static IEnumerable<TestCaseData> MethodFaults()
    {
        yield return new(SimMim with { Tokenizer = "t.safetensors" }, "--tokenizer is of no use to --method simmim: leave it out");
        yield return new(SimMim with { Objective = CimObjective.ResPix }, "--objective is of no use to --method simmim: leave it out");
        yield return new(SimMim with { Generator = new() { Depth = 2 } }, "--set generator.depth is of no use to --method simmim: leave it out");
        yield return new(SimMim with { NoiseDeviation = 0.1 }, "--set noiseDeviation is of no use to --method simmim");
        yield return new(SimMim with { Enhancer = new() { Convolutional = new() } }, "hides patches behind a mask token, which a ResNet does not have");
        yield return new(SimMim with { Enhancer = new() { Positions = PositionKind.None } }, "could not tell masked positions apart");
        yield return new(SimMim with { Masking = new() { Count = 197 } }, "--masked 197 does not fit");
        yield return new(Denoise with { Masking = new() { Count = 9 } }, "--masked is of no use to --method denoise: leave it out");
        yield return new(Denoise with { TokenizerImageSize = 56 }, "--tokenizer-image-size is of no use to --method denoise");
        yield return new(Denoise with { NoiseDeviation = 0 }, "noiseDeviation is 0, must be above 0");
        yield return new(Beit with { Tokenizer = "" }, "--tokenizer is missing");
        yield return new(Beit with { Target = new() { Window = 4 } }, "--set target.window is of no use to --method beit");
        yield return new(Beit with { ClipMode = ClipMode.Joint }, "--set clipMode is of no use to --method beit");
        yield return new(SimMim with { Generator = new() { SharesWeights = true } }, "--share-weights is of no use to --method simmim");
        yield return new(Pretrain with { NoiseDeviation = 0.1 }, "--set noiseDeviation is of no use to --method cim");
        yield return new(Pretrain with { Generator = new() { SharesWeights = true, Width = 768 } }, "generator.sharesWeights: generator.width is 768 and the enhancer's 384, make them agree");
        yield return new(Pretrain with { Generator = new() { SharesWeights = true, UseRelativePositions = true } }, "generator.useRelativePositions is True and the enhancer's False");
        yield return new(Pretrain with { Generator = new() { SharesWeights = true, Depth = 13 } }, "the enhancer has 12 blocks to share");
        yield return new(Pretrain with { Generator = new() { SharesWeights = true }, Enhancer = new() { Convolutional = new() } }, "needs a transformer as enhancer");
        yield return new(Pretrain with { Generator = new() { SharesWeights = true }, ClipMode = ClipMode.Joint }, "there is one network to clip");
    }

    [Test]
    public void Defaults_with_paths_and_length_are_valid()
    {
        Assert.That(Pretrain.Validate(), Is.Empty);
        Assert.That(Tokenizer.Validate(), Is.Empty);
        foreach (CimPretrainOptions other in new[] { SimMim, Denoise, Beit, Denoise with { Enhancer = new() { Convolutional = new() } } }) Assert.That(other.Validate(), Is.Empty);
        foreach (EnhancerOptions enhancer in new[] { EnhancerOptions.VitBase, EnhancerOptions.VitSmall, EnhancerOptions.VitTiny, EnhancerOptions.VitMicro })
            Assert.That((Pretrain with { Enhancer = enhancer }).Validate(), Is.Empty);
    }

    [TestCaseSource(nameof(Faults))]
    [TestCaseSource(nameof(MethodFaults))]
    public void A_fault_is_one_clear_line(RunOptions options, string expected)
    {
        IReadOnlyList<string> problems = options.Validate();
        Assert.That(problems, Has.Some.Contains(expected));
        Assert.That(problems, Has.None.Contains("\n"));
    }

    [Test]
    public void Options_come_back_from_json()
    {
        CimPretrainOptions options = Pretrain with { Seed = ulong.MaxValue, Objective = CimObjective.ResPix, Enhancer = EnhancerOptions.VitMicro, Masking = new() { Kind = MaskKind.Blockwise, Count = 35 } };
        Assert.That(OptionsJson.ToPretrainOptions(OptionsJson.ToJson(options)), Is.EqualTo(options));
        TokenizerTrainingOptions tokenizer = Tokenizer with { UsageWeight = 0.1, Augmentation = new() { Crop = CropKind.PadShift } };
        Assert.That(OptionsJson.ToTokenizerOptions(OptionsJson.ToJson(tokenizer)), Is.EqualTo(tokenizer));
    }

    [Test]
    public void Options_that_json_leaves_out_keep_their_defaults()
    {
        Assert.That(OptionsJson.ToPretrainOptions(JsonElement.Parse("{}")), Is.EqualTo(new CimPretrainOptions()));
        Assert.That(OptionsJson.ToPretrainOptions(JsonElement.Parse("""{"optimizer":{"beta2":0.98}}""")).Optimizer, Is.EqualTo(new OptimizerOptions { Beta2 = 0.98 }));
    }

    // A run is resumed only with the options that it was stored with: what came later must not be written where it changes nothing.
    [Test]
    public void Options_that_came_later_are_not_written_where_they_change_nothing()
    {
        JsonElement json = OptionsJson.ToJson(Pretrain), enhancer = json.GetProperty("enhancer"), generator = json.GetProperty("generator");
        Assert.That(new[] { "method", "noiseDeviation" }.Where(name => json.TryGetProperty(name, out _)), Is.Empty);
        Assert.That(new[] { "relativePositions", "qkvBias" }.Where(name => enhancer.TryGetProperty(name, out _)), Is.Empty);
        Assert.That(generator.TryGetProperty("sharesWeights", out _), Is.False);
        Assert.That(new[] { "on", "deviceCropSide" }.Where(name => json.GetProperty("augmentation").TryGetProperty(name, out _)), Is.Empty);
    }

    [TestCase("method=SimMim")]
    [TestCase("noiseDeviation=0.2")]
    [TestCase("generator.sharesWeights=true")]
    [TestCase("enhancer.relativePositions=Shared")]
    [TestCase("enhancer.dropPathRate=0.1")]
    [TestCase("optimizer.kind=Lamb")]
    [TestCase("optimizer.referenceBatch=512")]
    [TestCase("augmentation.on=device")]
    [TestCase("augmentation.deviceCropSide=640")]
    public void What_is_not_written_by_default_can_be_set_all_the_same(string assignment)
    {
        CimPretrainOptions changed = OptionsOverlay.Apply(Pretrain, [assignment]);
        Assert.That(changed, Is.Not.EqualTo(Pretrain));
        Assert.That(OptionsJson.ToPretrainOptions(OptionsJson.ToJson(changed)), Is.EqualTo(changed));
    }

    [Test]
    public void Json_names_choices_by_name()
    {
        JsonElement json = OptionsJson.ToJson(Pretrain);
        Assert.That(json.GetProperty("objective").GetString(), Is.EqualTo("RevDet"));
        Assert.That(json.GetProperty("optimizer").GetProperty("learningRate").GetDouble(), Is.EqualTo(1.5e-3));
    }

    [TestCase("""{"bacth":64}""")]
    [TestCase("""{"batch":"many"}""")]
    [TestCase("""{"objective":"Both"}""")]
    [TestCase("null")]
    public void Faulty_json_is_one_line(string json) => Assert.That(
        () => OptionsJson.ToPretrainOptions(JsonElement.Parse(json)),
        Throws.TypeOf<CheckpointException>().With.Message.StartsWith("the stored options").And.Message.Not.Contains("\n"));

    [Test]
    public void What_may_differ_on_resume_exists()
    {
        string[] names = [.. OptionsJson.ToJson(Pretrain).EnumerateObject().Select(property => property.Name)];
        Assert.That(RunOptions.MayDifferOnResume, Is.SubsetOf(names));
    }

    [Test]
    public void Masks_of_the_paper_grid_have_the_papers_counts()
    {
        MaskOptions middle = new MaskingOptions().ToMaskOptions(14, 14);
        Assert.That((middle.MinimumCount, middle.MaximumCount), Is.EqualTo((110, 110)), "the middle of the range, so that one program serves");
        MaskOptions range = new MaskingOptions { MinimumRatio = 100 / 196.0, MaximumRatio = 120 / 196.0 }.ToMaskOptions(14, 14);
        Assert.That((range.MinimumCount, range.MaximumCount), Is.EqualTo((100, 120)));
        MaskOptions fixedCount = new MaskingOptions { Count = 35 }.ToMaskOptions(8, 8);
        Assert.That((fixedCount.MinimumCount, fixedCount.MaximumCount), Is.EqualTo((35, 35)));
    }

    [Test]
    public void Crops_become_policies()
    {
        Assert.That(new AugmentationOptions().ToCropPolicy(), Is.EqualTo(new RandomResizedCrop { FlipProbability = 0.5 }));
        Assert.That(new AugmentationOptions { Crop = CropKind.PadShift, ShiftPixels = 2, FlipProbability = 0 }.ToCropPolicy(), Is.EqualTo(new PadShift(2)));
    }

    [Test]
    public void The_schedule_fits_a_run_shorter_than_its_warm_up() =>
        Assert.That(new OptimizerOptions { WarmupSteps = 75 }.Schedule(20, 64).WarmupSteps, Is.EqualTo(20));

    [Test]
    public void The_default_warm_up_is_a_thirtieth() => Assert.That(new OptimizerOptions().Schedule(3000, 64).WarmupSteps, Is.EqualTo(100));
}
