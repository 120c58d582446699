using System;
using System.Collections.Generic;
using Cim.Vulkan.Data;

namespace Cim.Vulkan.Training;

/// <summary>What every training run has: where from, where to, how long, how often it speaks.</summary>
public abstract record RunOptions
{
    /// <summary>The data: folder of class folders, flat folder, CIFAR-10 binaries or WebDataset shards.</summary>
    public string Data { get; init; } = "";

    /// <summary>The run's folder.</summary>
    public string Out { get; init; } = "";

    /// <summary>Steps of the run; null takes <see cref="Epochs"/>.</summary>
    public long? Steps { get; init; }

    /// <summary>Passes over the data where <see cref="Steps"/> is null.</summary>
    public double? Epochs { get; init; }

    /// <summary>Pictures of a forward pass.</summary>
    public int Batch { get; init; } = 64;

    /// <summary>Forward and backward passes whose gradients are averaged into one step.</summary>
    public int Accumulate { get; init; } = 1;

    /// <summary>In which type matrices are multiplied. Not written where it is fp32, so that runs from before it can be resumed.</summary>
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingDefault)]
    public PrecisionChoice Precision { get; init; }

    // For tests that run with and without the copies.
    internal Graph.Precision? WeightCopies { get; init; }

    /// <summary>The seed of everything random.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Flip and crop of the pictures.</summary>
    public AugmentationOptions Augmentation { get; init; } = new();

    /// <summary>Whether a picture that cannot be decoded stops the run; otherwise it is skipped, counted and named once.</summary>
    public bool Strict { get; init; }

    /// <summary>Pictures with more pixels than this are not used; their header says so before anything is decoded.</summary>
    public long MaximumPixels { get; init; } = ImageDecoder.DefaultMaximumPixels;

    /// <summary>Steps between log lines and lines of <c>metrics.jsonl</c>.</summary>
    public int LogEvery { get; init; } = 10;

    /// <summary>Steps between picture grids; 0 for none.</summary>
    public int GridEvery { get; init; } = 500;

    /// <summary>Steps between checkpoints; 0 for the last step only.</summary>
    public int SaveEvery { get; init; } = 500;

    /// <summary>How many of the newest checkpoints stay; the one with the lowest loss stays beside them.</summary>
    public int KeepCheckpoints { get; init; } = 2;

    /// <summary>Whether a step that was skipped is run again to name its first tensor that is not finite; every step is then waited for.</summary>
    public bool CheckFinite { get; init; }

    /// <summary>Pictures of an optimizer step.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public int ImagesPerStep => Batch * Accumulate;

    /// <summary>
    /// The options, by their names in JSON, that a resumed run may change since they do not change what is computed. A run's length is
    /// not among them: the learning rate follows it. The paths are, for data may be mounted elsewhere.
    /// </summary>
    public static IReadOnlySet<string> MayDifferOnResume { get; } = new HashSet<string> { "data", "out", "tokenizer", "logEvery", "strict", "gridEvery", "saveEvery", "keepCheckpoints", "probeEvery", "probeData", "probePictures", "checkFinite", "recompute" };

    /// <summary>Names all that is wrong with the options, one clear line each; empty when they can be run.</summary>
    public abstract IReadOnlyList<string> Validate();

    /// <summary>How a run's steps are planned on a device.</summary>
    /// <param name="device">The device.</param>
    public Graph.PlannerOptions PlanningOn(Graph.DeviceProfile device) => new() { Precision = Precision.On(device), WeightCopies = WeightCopies };

    internal void CheckRun(OptionChecks checks)
    {
        checks.Given("--data", Data, "give the folder with the pictures");
        checks.Given("--out", Out, "give the folder for checkpoints and metrics");
        checks.Require(Steps is not null || Epochs is not null, "the length is missing: give --steps or --epochs");
        if (Steps is long steps) checks.AtLeast("--steps", steps, 1);
        if (Epochs is double epochs) checks.Positive("--epochs", epochs);
        checks.AtLeast("--batch", Batch, 1);
        checks.Require(Enum.IsDefined(Precision), $"--precision {Precision} is not known: fp32, fp16, bf16 or auto");
        checks.AtLeast("--accumulate", Accumulate, 1);
        checks.Require((long)Batch * Accumulate <= int.MaxValue, $"--batch {Batch} times --accumulate {Accumulate} is over {int.MaxValue}");
        checks.Within("--max-pixels", MaximumPixels, 1, ImageDecoder.GreatestMaximumPixels);
        checks.AtLeast("--log-every", LogEvery, 1);
        checks.AtLeast("--grid-every", GridEvery, 0);
        checks.AtLeast("--save-every", SaveEvery, 0);
        checks.AtLeast("--keep", KeepCheckpoints, 1);
        Augmentation.Check(checks);
    }
}
