using System.Text.Json.Serialization;

namespace Cim.Vulkan.Training;

/// <summary>Generated JSON code for <c>quality.json</c>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(TokenizerQuality))]
internal sealed partial class QualityJson : JsonSerializerContext;
