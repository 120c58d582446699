using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Serialization;
using Cim.Vulkan.Device;
using Cim.Vulkan.Runtime;

namespace Cim.Vulkan.Bench;

/// <summary>The rows of a bench run with what one must know to compare them. Stored as JSON.</summary>
/// <param name="Bench"><c>ops</c>, <c>models</c>, <c>train</c> or <c>validate</c>.</param>
/// <param name="Device">The device's name.</param>
/// <param name="Driver">The driver's name.</param>
/// <param name="DriverInfo">The driver's version in its own words.</param>
/// <param name="ApiVersion">Vulkan's version there.</param>
/// <param name="DeviceUuid">The device's UUID.</param>
/// <param name="Measured">When, UTC.</param>
/// <param name="Rows">The rows.</param>
internal sealed record BenchFile(string Bench, string Device, string Driver, string DriverInfo, string ApiVersion, string DeviceUuid, string Measured, IReadOnlyList<BenchFileRow> Rows)
{
    /// <summary>Rises when a field changes its meaning. Files without it are from before samples were stored; all their fields mean the same.</summary>
    public const int CurrentFormat = 2;

    private const int MostBytes = 64 << 20;

    /// <summary>The version of the format.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>Whether the device is a CPU driver, which compares only with itself.</summary>
    public bool IsCpuDriver { get; init; }

    /// <summary>What the device can do, as far as kernels are chosen by it.</summary>
    public BenchCapabilities? Capabilities { get; init; }

    /// <summary>Where measured choices of kernels came from that were in use; null where there were none.</summary>
    public string? KernelTable { get; init; }

    /// <summary>What the device can do at most; null where it was not measured.</summary>
    public DeviceRoof? Roof { get; init; }

    /// <summary>Where it ran.</summary>
    public BenchContext? Context { get; init; }

    /// <summary>The device and driver in a line.</summary>
    [JsonIgnore]
    public string Title => $"{Device}, {Driver} {DriverInfo}{(IsCpuDriver ? " (CPU driver)" : "")}";

    /// <summary>Describes rows measured on a device now.</summary>
    public static BenchFile Of(GpuDevice device, string bench, IEnumerable<BenchRow> rows)
    {
        DeviceCapabilities capabilities = device.Capabilities;
        return new BenchFile(bench, capabilities.Name, capabilities.DriverName, capabilities.DriverInfo, capabilities.ApiVersion, capabilities.Uuid,
            DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ"), [.. rows.Select(BenchFileRow.Of)])
        {
            IsCpuDriver = capabilities.IsCpu,
            Capabilities = new BenchCapabilities(capabilities.Subgroup.Size, capabilities.Limits.MaxComputeSharedMemoryBytes, capabilities.Features.Float16, capabilities.Features.BFloat16,
                [.. capabilities.CooperativeMatrixShapes.Select(shape => $"{shape.M}x{shape.N}x{shape.K} {shape.AType} {shape.BType} {shape.CType} {shape.ResultType} {shape.Scope}")]),
            KernelTable = DeviceProfiles.Of(capabilities).Tuning is { Origin.Length: > 0 } table ? table.Origin : null,
            Context = new BenchContext(System.Runtime.InteropServices.RuntimeInformation.OSDescription, System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription, Environment.ProcessorCount),
        };
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="BenchFileException">There is none, or it is no bench file.</exception>
    public static BenchFile Read(string path)
    {
        try
        {
            if (!File.Exists(path)) throw new BenchFileException($"there is no file '{path}': give one that `cim bench` wrote with --json");
            if (new FileInfo(path).Length > MostBytes) throw new BenchFileException($"'{path}' is too large for a bench file: give one that `cim bench` wrote with --json");
            BenchFile? file = JsonSerializer.Deserialize(File.ReadAllBytes(path), BenchJson.Default.BenchFile);
            if (file is not { Bench: not null, Device: not null, Rows: not null } || file.Rows.Any(row => row is not { Op: not null, Case: not null, Variant: not null }))
                throw new BenchFileException($"'{path}' is no bench file: give one that `cim bench` wrote with --json");
            // Generated readers set what a file lacks to null, whatever the property's own default.
            file = file with { Driver = file.Driver ?? "", DriverInfo = file.DriverInfo ?? "", Measured = file.Measured ?? "", Rows = [.. file.Rows.Select(row => row.Completed())] };
            return file.Format <= CurrentFormat ? file : throw new BenchFileException($"'{path}' has format {file.Format}, this program reads up to {CurrentFormat}: take a newer program");
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new BenchFileException($"'{path}' cannot be read as a bench file ({error.Message}): give one that `cim bench` wrote with --json", error);
        }
    }

    /// <summary>Writes the file; an existing one is replaced.</summary>
    public void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, BenchJson.Default.BenchFile) + "\n");
}

/// <summary>What kernels are chosen by.</summary>
/// <param name="SubgroupSize">Lanes of a subgroup.</param>
/// <param name="SharedMemoryBytes">Shared memory of a workgroup.</param>
/// <param name="Float16">16-bit floats in shaders.</param>
/// <param name="BFloat16">bfloat16 in shaders.</param>
/// <param name="CooperativeMatrices">Shapes and types of the matrix units.</param>
internal sealed record BenchCapabilities(int SubgroupSize, long SharedMemoryBytes, bool Float16, bool BFloat16, IReadOnlyList<string> CooperativeMatrices);

/// <summary>The machine around the device.</summary>
/// <param name="System">The operating system.</param>
/// <param name="Runtime">The .NET runtime.</param>
/// <param name="Processors">Logical processors.</param>
internal sealed record BenchContext(string System, string Runtime, int Processors);

/// <summary>A file is no bench file; the message is one line for the user.</summary>
public sealed class BenchFileException : Exception
{
    /// <summary>Says what is wrong with it.</summary>
    public BenchFileException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(BenchFile))]
internal sealed partial class BenchJson : JsonSerializerContext;
