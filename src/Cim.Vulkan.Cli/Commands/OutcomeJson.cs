using System.Text.Json.Serialization;
using Cim.Vulkan.Training;

namespace Cim.Vulkan.Cli;

/// <summary>Generated JSON code for <c>--json</c> of a training, a probe or a listing of weights.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(RunOutcome))]
[JsonSerializable(typeof(ProbeReport))]
[JsonSerializable(typeof(WeightsInspection))]
internal sealed partial class OutcomeJson : JsonSerializerContext;
