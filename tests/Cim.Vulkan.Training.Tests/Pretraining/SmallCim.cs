using System;
using System.IO;
using Cim.Vulkan.Data;
using Cim.Vulkan.Device;
using Cim.Vulkan.Runtime;

namespace Cim.Vulkan.Training.Tests.Pretraining;

/// <summary>The smallest whole CIM: 16x16 pictures, 16 tokens of 16 codes, a tokenizer with first values.</summary>
internal static class SmallCim
{
    public const int Masked = 9;

    public static TokenizerTrainingOptions TokenizerOptions(string folder) => new()
    {
        Data = "-",
        Out = folder,
        Steps = 4,
        Batch = 4,
        ImageSize = 16,
        VocabularySize = 16,
        HiddenWidth = 8,
        Augmentation = new AugmentationOptions { Crop = CropKind.Center, FlipProbability = 0 },
        GridEvery = 0,
    };

    public static CimPretrainOptions Options(CimObjective objective, string folder) => new()
    {
        Data = "-",
        Out = folder,
        Tokenizer = folder,
        Steps = 1000,
        Batch = 4,
        Objective = objective,
        ImageSize = 16,
        PatchSize = 4,
        TokenizerImageSize = 16,
        Enhancer = new EnhancerOptions { Width = 32, Depth = 2, Heads = 4 },
        Generator = new GeneratorOptions { Width = 32, Depth = 2, Heads = 4 },
        Masking = new MaskingOptions { Count = Masked },
        Optimizer = new OptimizerOptions { LearningRate = 2e-3, WarmupSteps = 5 },
        Augmentation = new AugmentationOptions { Crop = CropKind.Center, FlipProbability = 0 },
        LogEvery = 1,
        GridEvery = 0,
        SaveEvery = 0,
    };

    /// <summary>The same sizes for any method, with what it has a use for.</summary>
    public static CimPretrainOptions Options(PretrainMethodKind kind, string folder)
    {
        PretrainMethod method = PretrainMethod.Of(kind);
        CimPretrainOptions options = Options(CimObjective.RevDet, folder), start = method.Start;
        return options with
        {
            Method = kind,
            Tokenizer = method.NeedsTokenizer ? folder : "",
            TokenizerImageSize = method.NeedsTokenizer ? options.TokenizerImageSize : start.TokenizerImageSize,
            Generator = method.HasGenerator ? options.Generator : start.Generator,
            Masking = method.MasksPatches ? start.Masking with { Count = Masked } : start.Masking,
            Target = start.Target,
            NoiseDeviation = start.NoiseDeviation,
        };
    }

    public static string MakeTokenizer(GpuDevice device, string folder)
    {
        TokenizerTrainingOptions options = TokenizerOptions(folder);
        using var trainer = new TokenizerTrainer(device, options, new SmallPictures(32, 16), Loader(options, null, 0, options.ImageSize, new SmallPictures(32, 16)), 4);
        for (int step = 0; step < 4; step++) trainer.Step(step);
        trainer.Export(new PhysicalFileSystem(), folder);
        return Path.Combine(folder, TokenizerFile.Name);
    }

    public static CimPretrainer Open(GpuDevice device, CimPretrainOptions options, string tokenizer, int pictures = 32, ProgramOptions? loading = null, Action? onRead = null, ImageSource? source = null)
    {
        PretrainMethod method = PretrainMethod.Of(options.Method);
        using WeightsFile? file = method.NeedsTokenizer ? TokenizerFile.Open(tokenizer) : null;
        BatchLoader loader = Loader(options, method.MaskOf(options), file is null ? 0 : options.TokenizerImageSize, options.ImageSize, source ?? new SmallPictures(pictures, 16, onRead));
        return new CimPretrainer(device, options, file, loader, options.Steps ?? throw new ArgumentException("steps are needed"), loading);
    }

    public static BatchLoader Loader(RunOptions options, MaskOptions? mask, int tokenizerSize, int imageSize, ImageSource source) => new(source, new BatchLoaderOptions
    {
        BatchSize = options.Batch,
        ImageSize = imageSize,
        TokenizerSize = tokenizerSize,
        CropRoom = options.Augmentation.RoomFor(imageSize),
        Crop = options.Augmentation.ToCropPolicy(),
        Mask = mask,
        Seed = options.Seed,
        Workers = 0,
    });
}
