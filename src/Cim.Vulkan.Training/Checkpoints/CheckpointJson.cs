using System.Text.Json.Serialization;

namespace Cim.Vulkan.Training;

/// <summary>Generated JSON code for checkpoints: works trimmed and ahead-of-time compiled.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NewLine = "\n")]
[JsonSerializable(typeof(CheckpointState))]
[JsonSerializable(typeof(RunIdentity))]
[JsonSerializable(typeof(BestCheckpoint))]
internal sealed partial class CheckpointJson : JsonSerializerContext;
