using System.Collections.Generic;

namespace Cim.Vulkan.Training;

/// <summary>How much a demo trains.</summary>
public enum DemoSize
{
    /// <summary>Pictures of 32 pixels and a ViT of width 64 with 3 blocks: minutes on a CPU driver.</summary>
    Cpu,

    /// <summary>Pictures of 112 pixels and a ViT-S with patches of 8: for any GPU.</summary>
    Small,

    /// <summary>Pictures of 224 pixels and a ViT-B/16: for a large GPU.</summary>
    Base,
}

/// <summary>What a demo does. Two starts with the same options are the same demo, whatever its folder is called.</summary>
public sealed record DemoOptions
{
    /// <summary>The folder where none is given.</summary>
    public const string DefaultOut = "cim-demo";

    /// <summary>The pictures: the built-in shapes, or a data set as <c>cim pretrain</c> takes it.</summary>
    public string Data { get; init; } = Cim.Vulkan.Data.ShapesSource.DataPath;

    /// <summary>The demo's folder.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Out { get; init; } = DefaultOut;

    /// <summary>Whether a tokenizer is trained on the pictures first, instead of taking the built-in one.</summary>
    public bool TrainTokenizer { get; init; }

    /// <summary>How much is trained.</summary>
    public DemoSize Size { get; init; } = DemoSize.Cpu;

    /// <summary>Steps of each training; null for what suits the size.</summary>
    public long? Steps { get; init; }

    /// <summary>Names all that is wrong with the options, one clear line each; empty when they can be run.</summary>
    public IReadOnlyList<string> Validate()
    {
        var checks = new OptionChecks();
        checks.Given("--data", Data, "give a folder of pictures, or leave it out for built-in ones");
        checks.Given("--out", Out, "give a folder for the demo");
        if (Steps is long steps) checks.AtLeast("--steps", steps, 1);
        return checks.Problems;
    }
}
