using System.Collections.Generic;
using System.Text.Json.Serialization;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Training;

/// <summary>A choice with the times that speak for it, as it is stored. One that names no tile and no groups says that the device's own choice was the best.</summary>
/// <param name="Size">The size class.</param>
/// <param name="Tile">The tile; all 0 for the device's own.</param>
/// <param name="WantedGroups">Workgroups that keep the device busy; 0 for the device's own number.</param>
/// <param name="OwnMilliseconds">Median time of the device's own choice.</param>
/// <param name="Milliseconds">Median time of this one.</param>
public sealed record MeasuredChoice(KernelSize Size, KernelTile Tile, int WantedGroups, double OwnMilliseconds, double Milliseconds)
{
    /// <summary>Whether it is another choice than the device's own.</summary>
    [JsonIgnore]
    public bool IsChange => Tile.M > 0 || WantedGroups > 0;
}

/// <summary>What was measured on one device with one driver.</summary>
/// <param name="Identity">See <see cref="Device.DeviceCapabilities.Identity"/>.</param>
/// <param name="Device">The device's name.</param>
/// <param name="Driver">The driver's name and version.</param>
/// <param name="Tuned">The day, as <c>yyyy-MM-dd</c>, UTC.</param>
/// <param name="Choices">The choices.</param>
internal sealed record TuningFile(string Identity, string Device, string Driver, string Tuned, IReadOnlyList<MeasuredChoice> Choices)
{
    /// <summary>Rises when a field changes its meaning.</summary>
    public const int CurrentFormat = 1;

    /// <summary>The version of the format.</summary>
    public int Format { get; init; }
}

/// <summary>Choices that come with the program, for devices on which they were measured.</summary>
/// <param name="VendorId">Vulkan's vendor id.</param>
/// <param name="NamePart">A part of the device's name.</param>
/// <param name="Origin">Where and when it was measured, in a few words.</param>
/// <param name="Choices">The choices.</param>
internal sealed record ShippedTable(uint VendorId, string NamePart, string Origin, IReadOnlyList<MeasuredChoice> Choices);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true)]
[JsonSerializable(typeof(TuningFile))]
[JsonSerializable(typeof(ShippedTable[]))]
internal sealed partial class TuningJson : JsonSerializerContext;
