using System.Collections.Generic;
using System.IO;
using System.Text.Json;
using Cim.Vulkan.Device;
using Cim.Vulkan.Runtime;

namespace Cim.Vulkan.Cli;

/// <summary>The machine's devices as text or JSON.</summary>
internal static class DeviceListing
{
    private const double Gibibyte = 1 << 30;

    public static void WriteText(IReadOnlyList<DeviceDescription> devices, TextWriter output)
    {
        foreach ((int index, DeviceCapabilities device) in devices)
        {
            output.WriteLine($"{index}  {device.Name}{(device.IsUsable ? "" : "  (too old: needs Vulkan 1.2 with timeline semaphores)")}");
            output.WriteLine($"   {device.Type}, {device.DriverName} {device.DriverInfo}, Vulkan {device.ApiVersion}, {device.DeviceLocalBytes / Gibibyte:F1} GiB");
            output.WriteLine($"   subgroups of {Sizes(device.Subgroup)}, {device.Limits.MaxComputeSharedMemoryBytes / 1024} KiB shared, " +
                $"fp16 {YesNo(device.Features.Float16)}, bf16 {YesNo(device.Features.BFloat16)}, matrix units {YesNo(device.Features.CooperativeMatrix)}{(DeviceProfiles.Of(device).WorkgroupMatrices.Count > 0 ? " (for whole workgroups too)" : "")}");
            string kernels = DeviceSession.Table(device).Origin;
            output.WriteLine($"   {(kernels.Length > 0 ? kernels : "not tuned: `cim tune` takes about a minute")}");
            output.WriteLine($"   {device.Uuid}");
        }
    }

    public static void WriteJson(IReadOnlyList<DeviceDescription> devices, Stream output)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        json.WriteStartArray();
        foreach ((int index, DeviceCapabilities device) in devices) WriteJson(json, index, device);
        json.WriteEndArray();
    }

    private static void WriteJson(Utf8JsonWriter json, int index, DeviceCapabilities device)
    {
        json.WriteStartObject();
        json.WriteNumber("index", index);
        json.WriteString("name", device.Name);
        json.WriteString("type", device.Type.ToString());
        json.WriteString("driver", device.DriverName);
        json.WriteString("driverInfo", device.DriverInfo);
        json.WriteString("apiVersion", device.ApiVersion);
        json.WriteString("uuid", device.Uuid);
        json.WriteBoolean("usable", device.IsUsable);
        json.WriteString("kernelTable", DeviceSession.Table(device).Origin);
        json.WriteNumber("deviceLocalBytes", device.DeviceLocalBytes);
        json.WriteNumber("subgroupSize", device.Subgroup.Size);
        json.WriteNumber("minSubgroupSize", device.Subgroup.MinSize);
        json.WriteNumber("maxSubgroupSize", device.Subgroup.MaxSize);
        json.WriteNumber("sharedMemoryBytes", device.Limits.MaxComputeSharedMemoryBytes);
        json.WriteNumber("maxStorageBufferRangeBytes", device.Limits.MaxStorageBufferRangeBytes);
        json.WriteBoolean("float16", device.Features.Float16);
        json.WriteBoolean("storage16Bit", device.Features.Storage16Bit);
        json.WriteBoolean("bfloat16", device.Features.BFloat16);
        json.WriteStartArray("cooperativeMatrixShapes");
        foreach (CooperativeMatrixShape shape in device.CooperativeMatrixShapes)
            json.WriteStringValue($"{shape.M}x{shape.N}x{shape.K} {shape.AType} x {shape.BType} + {shape.CType} -> {shape.ResultType} ({shape.Scope})");
        json.WriteEndArray();
        json.WriteStartArray("flexibleMatrixShapes");
        foreach (FlexibleMatrixShape shape in device.FlexibleMatrixShapes)
            json.WriteStringValue($"multiples of {shape.M}x{shape.N}x{shape.K} {shape.AType} x {shape.BType} + {shape.CType} -> {shape.ResultType} ({shape.Scope}{(shape.WorkgroupInvocations > 0 ? $" of {shape.WorkgroupInvocations}" : "")})");
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Sizes(SubgroupInfo subgroup) => subgroup.MinSize == subgroup.MaxSize ? $"{subgroup.Size}" : $"{subgroup.MinSize} to {subgroup.MaxSize}";

    private static string YesNo(bool value) => value ? "yes" : "no";
}
