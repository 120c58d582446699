using System;
using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Cim.Vulkan.Training;

/// <summary>Elements of any type to float32: floats rounded to the nearest, whole numbers exactly or not at all.</summary>
internal static class ElementConversion
{
    private const int ChunkBytes = 32 << 10;
    private const long LargestExact = 1 << 24;

    /// <exception cref="WeightsException">A whole number does not fit, the tensor is over 2 GiB, or its file cannot be read.</exception>
    public static float[] ToFloats(WeightTensor tensor, string fileName)
    {
        if (tensor.ElementCount > Array.MaxLength / sizeof(float)) throw new WeightsException($"tensor '{WeightsException.OneLine(tensor.Name)}' of '{fileName}' has {tensor.ElementCount} elements, over the limit of {Array.MaxLength / sizeof(float)}: save it in parts");
        var floats = new float[tensor.ElementCount];
        if (tensor.Type == SafetensorsType.F32)
        {
            tensor.Elements.Read(0, MemoryMarshal.AsBytes(floats.AsSpan()));
            return floats;
        }

        int size = tensor.Type.SizeBytes();
        // What is not contiguous is gathered at once where its elements are not the smallest.
        int chunk = tensor.Elements.IsContiguous || size == 1 ? ChunkBytes / size : floats.Length;
        var bytes = new byte[Math.Min((long)chunk, floats.Length) * size];
        for (int start = 0; start < floats.Length; start += chunk)
        {
            int count = Math.Min(chunk, floats.Length - start);
            tensor.Elements.Read(start, bytes.AsSpan(0, count * size));
            if (!Convert(tensor.Type, bytes.AsSpan(0, count * size), floats.AsSpan(start, count), out string inexact))
                throw new WeightsException($"tensor '{WeightsException.OneLine(tensor.Name)}' of '{fileName}' has the whole number {inexact}, which a float32 cannot hold: it is no weight, leave it out");
        }

        return floats;
    }

    private static bool Convert(SafetensorsType type, ReadOnlySpan<byte> bytes, Span<float> floats, out string inexact)
    {
        inexact = "";
        int size = type.SizeBytes();
        for (int i = 0; i < floats.Length; i++)
        {
            ReadOnlySpan<byte> element = bytes.Slice(i * size, size);
            if (type is SafetensorsType.F64 or SafetensorsType.F16 or SafetensorsType.BF16)
            {
                floats[i] = FromFloat(type, element);
                continue;
            }

            long value = FromInteger(type, element);
            floats[i] = value;
            // From 2^24 on only some whole numbers have a float; a U64 over 2^63 reads as negative here and is told as it was.
            if (Math.Abs((double)value) <= LargestExact || ((long)floats[i] == value && type != SafetensorsType.U64)) continue;
            inexact = type == SafetensorsType.U64 ? ((ulong)value).ToString(CultureInfo.InvariantCulture) : value.ToString(CultureInfo.InvariantCulture);
            return false;
        }

        return true;
    }

    private static float FromFloat(SafetensorsType type, ReadOnlySpan<byte> element) => type switch
    {
        SafetensorsType.F64 => (float)BinaryPrimitives.ReadDoubleLittleEndian(element),
        SafetensorsType.F16 => (float)BinaryPrimitives.ReadHalfLittleEndian(element),
        _ => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(element) << 16),
    };

    private static long FromInteger(SafetensorsType type, ReadOnlySpan<byte> element) => type switch
    {
        SafetensorsType.I64 => BinaryPrimitives.ReadInt64LittleEndian(element),
        SafetensorsType.U64 => (long)BinaryPrimitives.ReadUInt64LittleEndian(element),
        SafetensorsType.I32 => BinaryPrimitives.ReadInt32LittleEndian(element),
        SafetensorsType.U32 => BinaryPrimitives.ReadUInt32LittleEndian(element),
        SafetensorsType.I16 => BinaryPrimitives.ReadInt16LittleEndian(element),
        SafetensorsType.U16 => BinaryPrimitives.ReadUInt16LittleEndian(element),
        SafetensorsType.I8 => (sbyte)element[0],
        SafetensorsType.Bool => element[0] != 0 ? 1 : 0,
        _ => element[0],
    };
}
