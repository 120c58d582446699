using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Device;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Runtime;

namespace Cim.Vulkan.Training;

/// <summary>What a device has or lacks, and what that costs in plain words.</summary>
internal static class DeviceCheck
{
    // Rows of the widest tensor of ViT-B/16 at 224 pixels: 197 tokens of 4 x 768 values, 4 bytes each, for each picture.
    private const long WidestBytesOfVitBase = 197L * 4 * 768 * 4;
    private const int FullTileSharedBytes = 32 * 1024;
    private const long AmpleRangeBytes = 1L << 30;
    private const long LittleMemoryBytes = 4L << 30;

    public static IEnumerable<Finding> Run(DeviceCapabilities device)
    {
        if (device.IsCpu) yield return Cpu(device);
        yield return device.Features.TimelineSemaphore
            ? new Finding(FindingLevel.Ok, "timeline semaphores", "present, needed to run steps")
            : new Finding(FindingLevel.Problem, "timeline semaphores", "missing: no step can run", "update the driver or choose another --device");
        yield return MatrixUnits(DeviceProfiles.Of(device));
        yield return Subgroups(device.Subgroup);
        yield return SharedMemory(device.Limits.MaxComputeSharedMemoryBytes);
        yield return StorageRange(device.Limits.MaxStorageBufferRangeBytes);
        yield return Memory(device);
        yield return device.Limits.TimestampValidBits > 0
            ? new Finding(FindingLevel.Ok, "timestamps", "present: a run's deviceShare is measured")
            : new Finding(FindingLevel.Note, "timestamps", "missing: a run's deviceShare reads 0, nothing else changes");
    }

    public static string KindOf(DeviceType type) => type switch
    {
        DeviceType.DiscreteGpu => "GPU",
        DeviceType.IntegratedGpu => "GPU that shares the host's memory",
        DeviceType.VirtualGpu => "virtual GPU",
        DeviceType.Cpu => "CPU driver",
        _ => "other device",
    };

    private static Finding Cpu(DeviceCapabilities device)
    {
        string text = $"{device.DriverName} computes on the processor: an hour here is minutes on a GPU";
        return DeviceProfiles.Of(device).IsFastCpu
            ? new Finding(FindingLevel.Note, "speed", text, "use small sizes (--image-size 32 --patch-size 4 --enhancer micro), or a machine with a GPU")
            : new Finding(FindingLevel.Note, "speed", $"{text}; Mesa 25 and newer multiplies matrices up to three times as fast as this one", "use small sizes (--image-size 32 --patch-size 4 --enhancer micro) and a newer Mesa, or a machine with a GPU");
    }

    private static Finding MatrixUnits(DeviceProfile device)
    {
        const string topic = "matrix units";
        string[] types = new[] { (Precision.Float16, "fp16"), (Precision.BFloat16, "bf16") }.Where(type => device.MatrixOf(type.Item1) is not null).Select(type => type.Item2).ToArray();
        if (types.Length == 0) return new Finding(FindingLevel.Ok, topic, "none that kernels could use: products run on the fp32 units, and --precision fp16 or bf16 halves what activations take in memory");
        string there = $"for {string.Join(" and ", types)}, sums in fp32";
        if (device.WorkgroupMatrices.Count > 0) there += "; those of whole workgroups are used where `cim tune` finds them faster";
        return PrecisionChoices.BestOf(device) == Precision.Float32
            ? new Finding(FindingLevel.Ok, topic, $"{there}; on this CPU driver they are slower than fp32 and good for trying out only")
            : new Finding(FindingLevel.Ok, topic, $"{there}: --precision auto trains on them");
    }

    private static Finding Subgroups(SubgroupInfo subgroup)
    {
        const string topic = "subgroups";
        if (!subgroup.InCompute) return new Finding(FindingLevel.Note, topic, "missing in compute shaders: reductions go through shared memory and are slower", "update the driver");
        string lanes = subgroup.MinSize == subgroup.MaxSize ? $"{subgroup.Size} lanes" : $"{subgroup.MinSize} to {subgroup.MaxSize} lanes, {subgroup.Size} by default";
        return new Finding(FindingLevel.Ok, topic, subgroup.ComputeCanRequireSize ? $"{lanes}, can be chosen for each kernel" : $"{lanes}, chosen by the driver: kernels fit themselves to it");
    }

    private static Finding SharedMemory(int bytes) => bytes >= FullTileSharedBytes
        ? new Finding(FindingLevel.Ok, "shared memory", $"{ByteSize.Of(bytes)} a workgroup, enough for every tile")
        : new Finding(FindingLevel.Note, "shared memory", $"{ByteSize.Of(bytes)} a workgroup: products and attention take smaller tiles and run slower");

    private static Finding StorageRange(long bytes)
    {
        string text = $"a tensor may have {ByteSize.Of(bytes)}: ViT-B/16 at 224 pixels runs with --batch up to {bytes / WidestBytesOfVitBase}";
        return bytes >= AmpleRangeBytes
            ? new Finding(FindingLevel.Ok, "storage-buffer range", text)
            : new Finding(FindingLevel.Note, "storage-buffer range", text, "a larger --batch is cut into micro-batches that do");
    }

    private static Finding Memory(DeviceCapabilities device)
    {
        string heaps = string.Join(" + ", device.Heaps.Where(heap => heap.IsDeviceLocal).Select(Text));
        string text = $"{(heaps.Length == 0 ? "none of its own" : heaps)}{(device.HasUnifiedMemory ? ", shared with the host" : "")}";
        return device.DeviceLocalBytes >= LittleMemoryBytes
            ? new Finding(FindingLevel.Ok, "device memory", text)
            : new Finding(FindingLevel.Note, "device memory", $"{text}: enough for small sizes only", "look before a run with `cim doctor --plan`, give --recompute; a --batch that does not fit is cut into micro-batches");
    }

    private static string Text(MemoryHeap heap) =>
        heap.BudgetBytes < 0 ? ByteSize.Of(heap.SizeBytes) : $"{ByteSize.Of(heap.SizeBytes)} ({ByteSize.Of(heap.BudgetBytes)} of it for this program, {ByteSize.Of(heap.UsageBytes)} used)";
}
