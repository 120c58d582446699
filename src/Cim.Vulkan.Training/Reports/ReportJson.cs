using System.Text.Json.Serialization;

namespace Cim.Vulkan.Training;

/// <summary>Generated JSON code for the small files that a report reads.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RunDevice))]
[JsonSerializable(typeof(CodeCounts))]
internal sealed partial class ReportJson : JsonSerializerContext;
