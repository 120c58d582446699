using System.Collections.Generic;

namespace Cim.Vulkan.Training;

/// <summary>What to probe and with which pictures.</summary>
public sealed record ProbeOptions
{
    /// <summary>The enhancer: a file, a run's folder or a checkpoint's.</summary>
    public string Enhancer { get; init; } = "";

    /// <summary>Labelled pictures.</summary>
    public string Data { get; init; } = "";

    /// <summary>Pictures to measure on; null for the data set's <c>val</c> or <c>test</c> split or else a part that is held out.</summary>
    public string? TestData { get; init; }

    /// <summary>Most pictures in all, 15 % of them to measure on.</summary>
    public int Pictures { get; init; } = 10_000;

    /// <summary>Chooses pictures.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Pictures of a forward pass.</summary>
    public int Batch { get; init; } = 64;

    /// <summary>Names all that is wrong with the options, one clear line each; empty when they can be run.</summary>
    public IReadOnlyList<string> Validate()
    {
        var checks = new OptionChecks();
        checks.Given("the enhancer", Enhancer, "give a run folder or its enhancer.safetensors");
        checks.Given("--data", Data, "give a folder with a folder of pictures for each class");
        checks.AtLeast("--pictures", Pictures, ProbeData.FewestPictures);
        checks.AtLeast("--batch", Batch, 1);
        return checks.Problems;
    }
}
