using System;
using System.Collections.Generic;
using Cim.Vulkan.Data;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;
using Cim.Vulkan.Runtime;

namespace Cim.Vulkan.Training;

/// <summary>Corrupted Image Modeling (Fang et al. 2023): <see cref="CimStepGraph"/>.</summary>
internal sealed class CimMethod : PretrainMethod
{
    public override PretrainMethodKind Kind => PretrainMethodKind.Cim;

    public override bool NeedsTokenizer => true;

    public override bool MasksPatches => true;

    public override bool HasGenerator => true;

    protected override IReadOnlyList<string> Unused => ["noiseDeviation"];

    public override PretrainModels Declare(CimPretrainOptions options, DiscreteVaeOptions? tokenizer) => new CimModels(options, tokenizer ?? throw new ArgumentNullException(nameof(tokenizer)));

    internal override EnhancerHead HeadOf(CimPretrainOptions options) => options.Objective == CimObjective.ResPix ? EnhancerHead.Restoration : EnhancerHead.Detection;

    internal override bool DetectsTokens(CimPretrainOptions options) => options.Objective == CimObjective.RevDet;

    internal override IReadOnlyList<string> NetworksOf(CimPretrainOptions options) => options.Generator.SharesWeights ? ["enhancer"] : ["generator", "enhancer"];

    internal override void Check(OptionChecks checks, CimPretrainOptions options)
    {
        checks.Require(Enum.IsDefined(options.Objective), $"--objective {options.Objective} is not known: revdet or respix");
        options.Generator.Check(checks);
        if (options.Generator.SharesWeights) CheckShared(checks, options);
        checks.Require(Enum.IsDefined(options.TokenChoice), $"token choice {options.TokenChoice} is not known");
        checks.Positive("sampling temperature", options.SamplingTemperature);
        checks.Require(Enum.IsDefined(options.Upsampling), $"up-sampling {options.Upsampling} is not known");
        checks.NotNegative("enhancer loss weight", options.EnhancerLossWeight);
        checks.Require(Enum.IsDefined(options.ClipMode), $"clip mode {options.ClipMode} is not known");
        checks.NotNegative("generator clip norm", options.GeneratorClipNorm);
    }

    internal override StepNumbers NumbersOf(CimPretrainOptions options)
    {
        StepNumber[] first = [StepNumber.Loss("generatorLoss", "generator_loss"), StepNumber.Output("maskedAccuracy", "masked_accuracy"), StepNumber.Loss("enhancerLoss", "enhancer_loss")];
        if (options.Objective == CimObjective.ResPix) return new StepNumbers(first, StepNumber.Output("l1Loss", "l1_loss"), StepNumber.Output("l2Loss", "l2_loss"));
        var area = new AreaUnderCurve();
        var auc = new StepNumber("auc", (program, ticket) => area.Of(program.Metric<float>(ticket, "revdet_logits"), program.Metric<float>(ticket, "replaced")));
        return new StepNumbers(first, auc, StepNumber.MeanOf("replacedShare", "replaced"));
    }

    internal override ImageGrid Draw(CimPretrainOptions options, ImageBatch batch, Program program)
    {
        bool restores = options.Objective == CimObjective.ResPix;
        float[] corrupted = program.Read<float>("corrupted_images"), answer = program.Read<float>(restores ? "prediction" : "revdet_logits");
        var pictures = new PretrainPictures(options, batch, columns: 4);
        for (int i = 0; i < pictures.Count; i++)
        {
            pictures.Set(i, 1, pictures.Masked(i));
            pictures.Set(i, 2, pictures.Of(corrupted, i));
            if (restores) pictures.Set(i, 3, pictures.Restored(i, pictures.Of(answer, i)));
            else pictures.SetHeat(i, 3, PretrainPictures.Probabilities(pictures.TokensOf(answer, i)));
        }
        return pictures.Grid;
    }

    internal override CorruptionPictures Corruptions(PersistentMemory memory, DeviceProfile profile, PretrainModels models, CimPretrainOptions options, ImageBatch batch) =>
        new(memory, profile, models.Tokenizer!, models.Generator!, options, batch);

    internal override MethodWords WordsOf(RunReport run) => run.IsResPix
        ? new MethodWords("ResPix",
            "Part of a picture is hidden; a small generator guesses what was there, and the tokenizer paints its guesses. The encoder sees only the painted, corrupted picture and learns to restore the original pixels (ResPix). No labels are used.",
            ["original", "masked", "corrupted", "restored"],
            "From left to right: the original; what the generator sees of it; the corrupted picture, all that the encoder sees; what the encoder restores.")
        {
            LossTitle = "ResPix: restoration loss",
            LossMeaning = "How far the restored pixels are from those of the original, each measured against its surroundings: the sum and its two parts. It should fall, fast at first and then slowly.",
        }
        : new MethodWords("RevDet",
            "Part of a picture is hidden; a small generator guesses what was there, and the tokenizer paints its guesses. The encoder sees only the painted, corrupted picture and learns to tell which patches were replaced (RevDet). No labels are used.",
            ["original", "masked", "corrupted", "suspicion"],
            "From left to right: the original; what the generator sees of it; the corrupted picture, all that the encoder sees; how suspicious the encoder finds each patch. Brightness says it: the brighter, the surer that the patch was replaced.")
        {
            LossTitle = "RevDet: detection loss",
            LossUnit = "nats",
            LossMeaning = "How wrong the encoder's verdict “replaced or not” is, over all patches. A coin toss costs ln 2 = 0.69; lower is better.",
            LossLevel = new ChartLevel(Math.Log(2), "coin toss: ln 2"),
            HeatScale = ("surely untouched", "surely replaced"),
        };

    // The generator is the enhancer's first blocks: what it says of itself must be true of them.
    private static void CheckShared(OptionChecks checks, CimPretrainOptions options)
    {
        (EnhancerOptions enhancer, GeneratorOptions generator) = (options.Enhancer, options.Generator);
        const string Name = "generator.sharesWeights";
        checks.Require(enhancer.Convolutional is null, $"{Name} needs a transformer as enhancer, whose first blocks the generator is: give --enhancer small, or leave it out");
        if (enhancer.Convolutional is not null) return;
        checks.Require(generator.Depth <= enhancer.Depth, $"{Name} with generator.depth {generator.Depth}: the enhancer has {enhancer.Depth} blocks to share");
        void Agree(string name, object generators, object enhancers) =>
            checks.Require(generators.Equals(enhancers), string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Name}: generator.{name} is {generators} and the enhancer's {enhancers}, make them agree"));
        Agree("width", generator.Width, enhancer.Width);
        Agree("heads", generator.Heads, enhancer.Heads);
        Agree("mlpRatio", generator.MlpRatio, enhancer.MlpRatio);
        Agree("useClassToken", generator.UseClassToken, enhancer.UseClassToken);
        Agree("layerScale", generator.LayerScale, enhancer.LayerScale);
        Agree("useAbsolutePositions", generator.UseAbsolutePositions, enhancer.Positions != PositionKind.None);
        Agree("useRelativePositions", generator.UseRelativePositions, enhancer.RelativePositions != RelativePositionKind.None);
        checks.Require(options.ClipMode == ClipMode.Separate, $"{Name}: there is one network to clip, leave out clipMode");
    }
}
