using System;
using System.IO;
using Cim.Vulkan.Data;
using Cim.Vulkan.Models;

namespace Cim.Vulkan.Training;

/// <summary>The trainings that a demo is made of.</summary>
/// <param name="Tokenizer">Of the tokenizer, where one is trained.</param>
/// <param name="RevDet">Of the first enhancer, which spots replaced patches.</param>
/// <param name="ResPix">Of the second, which restores pixels.</param>
/// <param name="ProbePictures">Pictures for the probe.</param>
public sealed record DemoPlan(TokenizerTrainingOptions Tokenizer, CimPretrainOptions RevDet, CimPretrainOptions ResPix, int ProbePictures)
{
    private const double MaskedShare = 0.55;
    private const int GridsPerRun = 4;
    private const long CpuResPixSteps = 110;

    // What the program draws is flat in places: deviations below a few gray levels are rounding, which nobody can restore.
    private const double DrawnVariance = 1e-3;

    // The built-in tokenizer writes a square of 4 pixels as a token.
    private const int TokenPixels = 4;

    /// <summary>Held-out pictures on which the tokenizer is measured.</summary>
    public int HeldOutPictures { get; init; } = 512;

    /// <summary>The plan of a demo's options.</summary>
    /// <param name="options">Without problems.</param>
    public static DemoPlan Of(DemoOptions options)
    {
        DemoPlan plan = options.Size switch
        {
            DemoSize.Small => new DemoPlan(GpuTokenizer, Pretraining(112, 8, 128, 2000, 1e-3, EnhancerOptions.VitSmall, new GeneratorOptions()), new(), 10_000),
            DemoSize.Base => new DemoPlan(GpuTokenizer, Pretraining(224, 16, 128, 5000, 1e-3, EnhancerOptions.VitBase, new GeneratorOptions { Width = 768, Heads = 12 }), new(), 10_000),
            _ => new DemoPlan(BuiltInTokenizer.Options, Pretraining(32, 4, 32, 140, 2e-3, CpuEnhancer, CpuGenerator), new(), 1000),
        };
        int imageSize = plan.RevDet.ImageSize;
        CimPretrainOptions revDet = (CimPretrainOptions)Paced(plan.RevDet, options) with { Data = DataOf(options, imageSize), Augmentation = AugmentationOf(options, imageSize), Target = TargetOf(options) };
        var tokenizer = (TokenizerTrainingOptions)Paced(plan.Tokenizer, options) with { Data = revDet.Data, Out = Path.Combine(options.Out, "tokenizer"), Augmentation = revDet.Augmentation };
        revDet = revDet with { Tokenizer = Path.Combine(tokenizer.Out, TokenizerFile.Name) };
        return plan with
        {
            Tokenizer = tokenizer,
            RevDet = revDet with { Objective = CimObjective.RevDet, Out = Path.Combine(options.Out, "revdet") },
            ResPix = ResPixOf(options, revDet) with { Objective = CimObjective.ResPix, Out = Path.Combine(options.Out, "respix") },
        };
    }

    // In so few steps restoring wants to be hurried, both networks; spotting does not, for a generator that learns faster is harder to see through.
    private static CimPretrainOptions ResPixOf(DemoOptions options, CimPretrainOptions revDet) => options.Size != DemoSize.Cpu ? revDet : revDet with
    {
        Steps = options.Steps ?? CpuResPixSteps,
        Optimizer = revDet.Optimizer with { LearningRate = 6e-3 },
        Generator = revDet.Generator with { Initialization = TransformerInitialization.Xavier },
    };

    private static EnhancerOptions CpuEnhancer => new() { Width = 64, Depth = 3, Heads = 4, UseClassToken = false };

    private static GeneratorOptions CpuGenerator => new() { Width = 64, Depth = 2, Heads = 4, UseClassToken = false };

    private static TokenizerTrainingOptions GpuTokenizer => BuiltInTokenizer.Options with { ImageSize = 14 * TokenPixels, VocabularySize = 1024, HiddenWidth = 64, BlocksPerGroup = 2, Batch = 128, Steps = 5000 };

    private static CimPretrainOptions Pretraining(int imageSize, int patchSize, int batch, long steps, double learningRate, EnhancerOptions enhancer, GeneratorOptions generator) => new()
    {
        ImageSize = imageSize,
        PatchSize = patchSize,
        TokenizerImageSize = imageSize / patchSize * TokenPixels,
        Batch = batch,
        Steps = steps,
        Enhancer = enhancer,
        Generator = generator,
        Masking = new MaskingOptions { MinimumRatio = MaskedShare, MaximumRatio = MaskedShare },
        Optimizer = new OptimizerOptions { LearningRate = learningRate, MinimumLearningRate = 0, WarmupFraction = 0.1, Beta2 = 0.98 },
    };

    // Shapes are drawn at the size that is needed: finer, not enlarged.
    private static string DataOf(DemoOptions options, int imageSize) =>
        options.Data == ShapesSource.DataPath && imageSize != ShapesSource.DefaultSide ? $"{ShapesSource.DataPath}@{imageSize}" : options.Data;

    private static AugmentationOptions AugmentationOf(DemoOptions options, int imageSize) => ShapesSource.Names(options.Data)
        ? new AugmentationOptions { Crop = CropKind.PadShift, ShiftPixels = imageSize / 10 }
        : new AugmentationOptions { MinimumScale = 0.4 };

    private static TargetOptions TargetOf(DemoOptions options) => ShapesSource.Names(options.Data) ? new TargetOptions { Epsilon = DrawnVariance } : new TargetOptions();

    // However long a run is, it shows about as many pictures.
    private static RunOptions Paced(RunOptions run, DemoOptions options)
    {
        long steps = options.Steps ?? run.Steps!.Value;
        int part = (int)Math.Min(int.MaxValue, Math.Max(1, steps / GridsPerRun));
        return run with { Steps = steps, LogEvery = 1, GridEvery = part, SaveEvery = part };
    }
}
