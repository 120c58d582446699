using System;
using System.Collections.Generic;
using System.Text.Json;

namespace Cim.Vulkan.Training;

/// <summary>What a checkpoint holds beside tensors: where the run is and what it is. Stored as <c>state.json</c>.</summary>
public sealed record CheckpointState
{
    /// <summary>The format this code writes and the newest it reads.</summary>
    public const int CurrentFormatVersion = 1;

    /// <summary>Among <see cref="Numbers"/>: the mean loss by which checkpoints are compared.</summary>
    public const string LossKey = "loss";

    /// <summary>The format of the checkpoint.</summary>
    public int FormatVersion { get; init; } = CurrentFormatVersion;

    /// <summary>What is trained, for example <c>cim-pretrain</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Steps done; the resumed run begins with this step.</summary>
    public required long Step { get; init; }

    /// <summary>The epoch the next step belongs to, from 0.</summary>
    public long Epoch { get; init; }

    /// <summary>Batches of that epoch already used.</summary>
    public long BatchInEpoch { get; init; }

    /// <summary>Steps skipped for a loss or gradient that was not finite.</summary>
    public long SkippedSteps { get; init; }

    /// <summary>The seed of everything random.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The run's options.</summary>
    public required JsonElement Options { get; init; }

    /// <summary>Further numbers of the trainer, for example the loss scale or running sums.</summary>
    public Dictionary<string, double> Numbers { get; init; } = new(StringComparer.Ordinal);

    /// <summary>SHA-256 of the checkpoint's other files by name, in lower-case hexadecimal; filled in by the store.</summary>
    public Dictionary<string, string> Sha256 { get; init; } = new(StringComparer.Ordinal);
}
