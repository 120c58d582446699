using System.IO;
using System.Text;
using System.Text.Json;
using Cim.Vulkan.Device;
using Cim.Vulkan.Testing;
using NUnit.Framework;

namespace Cim.Vulkan.Cli.Tests;

/// <summary>What <c>cim devices</c> says of a device that is in no machine here.</summary>
public sealed class DeviceListingTests
{
    private static DeviceDescription Device => new(0, SomeDevice.WithWorkgroupMatrices());

    [Test]
    public void Matrix_units_of_whole_workgroups_are_in_the_text()
    {
        var text = new StringWriter();
        DeviceListing.WriteText([Device, Device with { Capabilities = Device.Capabilities with { FlexibleMatrixShapes = [] } }], text);
        string[] lines = [.. text.ToString().Split('\n')];
        Assert.That(lines, Has.Exactly(1).Contains("matrix units yes (for whole workgroups too)"));
        Assert.That(lines, Has.Exactly(1).Matches("matrix units yes\r?$"));
    }

    [Test]
    public void Their_sizes_are_in_the_JSON()
    {
        using var json = new MemoryStream();
        DeviceListing.WriteJson([Device], json);
        JsonElement shapes = JsonDocument.Parse(Encoding.UTF8.GetString(json.ToArray())).RootElement[0].GetProperty("flexibleMatrixShapes");
        Assert.That(shapes[0].GetString(), Is.EqualTo("multiples of 32x64x16 Float16 x Float16 + Float32 -> Float32 (Workgroup of 128)"));
    }
}
