using Cim.Vulkan.Models;
using Cim.Vulkan.Training;

namespace Cim.Vulkan.Bench;

/// <summary>Which training step to time.</summary>
public sealed record TrainBenchOptions
{
    private const int CpuBatch = 8, MicroSide = 32, MicroPatch = 4;

    /// <summary>Sizes of the networks, and with them of pictures and tokenizer; null for small on a GPU and micro on a CPU driver.</summary>
    public EnhancerSize? Size { get; init; }

    /// <summary>What the enhancer learns.</summary>
    public CimObjective Objective { get; init; } = CimObjective.RevDet;

    /// <summary>Pictures of a step; null for a training's default, 8 on a CPU driver.</summary>
    public int? Batch { get; init; }

    /// <summary>Steps to time; null for a second's worth.</summary>
    public int? Steps { get; init; }

    /// <summary>In which type matrices are multiplied.</summary>
    public PrecisionChoice Precision { get; init; }

    /// <summary>File for the row; null for none.</summary>
    public string? JsonPath { get; init; }

    internal EnhancerSize SizeOn(bool isCpuDriver) => Size ?? (isCpuDriver ? EnhancerSize.Micro : EnhancerSize.Small);

    /// <summary>The tokenizer: DALL-E's, or for micro that of a tokenizer training's defaults.</summary>
    internal DiscreteVaeOptions TokenizerOn(bool isCpuDriver) =>
        SizeOn(isCpuDriver) == EnhancerSize.Micro ? TokenizerFile.OptionsOf(new TokenizerTrainingOptions()) : new DiscreteVaeOptions();

    /// <summary>The options of the pre-training that has this step, checked.</summary>
    /// <exception cref="OptionsException">A value is out of range.</exception>
    internal CimPretrainOptions PretrainingOn(bool isCpuDriver)
    {
        EnhancerSize size = SizeOn(isCpuDriver);
        var defaults = new CimPretrainOptions();
        CimPretrainOptions options = defaults with { Data = "-", Out = "-", Tokenizer = "-", Steps = Steps ?? 1, Precision = Precision, Objective = Objective, Batch = Batch ?? (isCpuDriver ? CpuBatch : defaults.Batch) };
        if (size == EnhancerSize.Micro) options = options with { ImageSize = MicroSide, PatchSize = MicroPatch };
        options = options with { TokenizerImageSize = options.GridSize * TokenizerOn(isCpuDriver).Downsampling };
        (EnhancerOptions enhancer, GeneratorOptions generator) = EnhancerSizes.Of(size);
        options = options with { Enhancer = enhancer, Generator = generator };
        TrainingJobs.Check(options, stopAfter: null);
        return options;
    }
}
