using System;
using System.Buffers.Binary;

namespace Cim.Vulkan.Training;

/// <summary>The forms in which weights are stored.</summary>
public enum WeightsForm
{
    /// <summary>A header of JSON, then tensors.</summary>
    Safetensors,

    /// <summary>torch.save since 1.6: a ZIP archive.</summary>
    PyTorchZip,

    /// <summary>torch.save before 1.6: pickles, then storages.</summary>
    PyTorchLegacy,

    /// <summary>A pickle alone.</summary>
    Pickle,
}

/// <summary>Tells forms apart by what the file holds, never by its name.</summary>
internal static class WeightsForms
{
    private const int HeadBytes = 512, TarMarkOffset = 257;
    private const string Instead = "save the weights as safetensors or with torch.save";

    /// <summary>The form as text.</summary>
    public static string Text(this WeightsForm form) => form switch
    {
        WeightsForm.Safetensors => "safetensors",
        WeightsForm.PyTorchZip => "PyTorch archive",
        WeightsForm.PyTorchLegacy => "PyTorch, the form before 1.6",
        _ => "pickle",
    };

    /// <summary>The form of a file; <see cref="WeightsForm.Pickle"/> also where the pickle turns out to be the older form of PyTorch.</summary>
    /// <exception cref="WeightsException">It is of no form that is read; the message names the form it is.</exception>
    public static WeightsForm Of(ByteSource file)
    {
        if (file.Length == 0) throw new WeightsException($"'{file.Name}' is empty: fetch or copy it again");
        Span<byte> head = stackalloc byte[HeadBytes];
        head = head[..(int)Math.Min(HeadBytes, file.Length)];
        file.Read(0, head, "its first bytes");
        if (head.StartsWith("PK\x03\x04"u8) || head.StartsWith("PK\x05\x06"u8)) return WeightsForm.PyTorchZip;
        if (head.Length > 8 && head[8] == (byte)'{' && BinaryPrimitives.ReadUInt64LittleEndian(head) <= (ulong)file.Length) return WeightsForm.Safetensors;
        // From protocol 2 on the first operation says which one; before, a module or a dictionary starts with one of these.
        if (head[0] == 0x80) return WeightsForm.Pickle;
        if (Foreign(head) is { } foreign) throw new WeightsException($"'{file.Name}' {foreign}");
        if (head[0] is (byte)'(' or (byte)'c' or (byte)'}' or (byte)']' && EndsAsPickle(file)) return WeightsForm.Pickle;
        throw new WeightsException($"'{file.Name}' is of no known form of weights: give a safetensors file or one of torch.save");
    }

    private static bool EndsAsPickle(ByteSource file)
    {
        Span<byte> last = stackalloc byte[1];
        file.Read(file.Length - 1, last, "its last byte");
        return last[0] == (byte)'.';
    }

    private static string? Foreign(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith((ReadOnlySpan<byte>)[0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'])) return $"is a NumPy array (.npy), which is not read here: {Instead}";
        if (head.StartsWith("GGUF"u8)) return $"is a GGUF file, which is not read here: {Instead}";
        if (head.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'H', (byte)'D', (byte)'F'])) return $"is an HDF5 file (Keras), which is not read here: {Instead}";
        if (head.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B])) return "is packed (gzip): unpack it first with gunzip or tar xzf";
        if (head.StartsWith("version https://git-lfs"u8)) return "is the note of a file that Git LFS keeps elsewhere: fetch the file itself with `git lfs pull`";
        if (head[0] == (byte)'<') return "is a web page, not weights: the download went wrong, fetch it again";
        if (head[0] is (byte)'{' or (byte)'[' && head[^1] != (byte)'.') return $"is JSON, not weights: give the file of weights beside it";
        bool isTar = head.Length > TarMarkOffset + 5 && head[TarMarkOffset..].StartsWith("ustar"u8);
        if (isTar || head.StartsWith("sys_info\0"u8) || head.StartsWith("storages\0"u8)) return "is a tar archive, such as torch.save wrote before 0.1.10: unpack it, or load and save it with a PyTorch that still reads it";
        return IsOnnx(head) ? $"looks like ONNX, which is not read here: {Instead}" : null;
    }

    // Fields of the protocol's model in rising order: the version, then who made it, a domain, or at once the graph.
    private static bool IsOnnx(ReadOnlySpan<byte> head) => head.Length > 4 && head[0] == 0x08 && head[1] is > 0 and < 0x20 && head[2] is 0x12 or 0x1A or 0x22 or 0x2A or 0x3A or 0x42;
}
