using System;

namespace Cim.Vulkan.Training;

/// <summary>A view of a storage: every element lies within it, and there are no more elements than the storage has.</summary>
internal sealed class TorchTensor : IElements
{
    private readonly TorchStorage _storage;
    private readonly string _fileName;
    private readonly long _offset;
    private readonly long[] _strides;

    private TorchTensor(string fileName, TorchStorage storage, SafetensorsType type, long offset, int[] shape, long[] strides)
    {
        (_fileName, _storage, Type, _offset, Shape, _strides) = (fileName, storage, type, offset, shape, strides);
        IsContiguous = FollowsRowMajor(shape, strides);
    }

    public SafetensorsType Type { get; }

    public int[] Shape { get; }

    public bool IsContiguous { get; }

    /// <exception cref="WeightsException">The view does not fit the storage.</exception>
    public static TorchTensor Create(string fileName, TorchStorage storage, SafetensorsType type, long offset, int[] shape, long[] strides)
    {
        long capacity = storage.LengthBytes / type.SizeBytes();
        Int128 count = 1, last = offset;
        for (int i = 0; i < shape.Length; i++)
        {
            // An extent and a stride fit 32 and 64 bits, so that neither sum nor product leaves 128.
            if (shape[i] < 0 || strides[i] < 0) throw Fault(fileName, shape, "a negative size or stride");
            count = count > capacity ? count : count * shape[i];
            last += (Int128)(shape[i] - 1) * strides[i];
        }

        foreach (int extent in shape) count = extent == 0 ? 0 : count;
        if (offset < 0 || offset > capacity || (count > 0 && last >= capacity)) throw Fault(fileName, shape, $"elements behind its storage of {capacity}");
        if (count > capacity) throw new WeightsException($"'{fileName}' has a tensor of shape [{string.Join(", ", shape)}] that repeats the {capacity} elements of its storage: save it with .contiguous()");
        return new TorchTensor(fileName, storage, type, offset, shape, strides);
    }

    public void Read(long firstElement, Span<byte> target)
    {
        if (target.IsEmpty) return;
        int size = Type.SizeBytes();
        if (IsContiguous) Copy((_offset + firstElement) * size, target);
        else if (size == 1 || firstElement > 0) Gather(firstElement, target, size, null);
        else Gather(firstElement, target, size, Covered(size));
    }

    private byte[] Covered(int size)
    {
        long last = 0;
        for (int i = 0; i < Shape.Length; i++) last += (Shape[i] - 1) * _strides[i];
        long length = (last + 1) * size;
        if (length > Array.MaxLength) throw new WeightsException($"'{_fileName}' has a tensor that lies scattered over {length} bytes: save it with .contiguous()");
        var covered = new byte[length];
        Copy(_offset * size, covered);
        return covered;
    }

    private void Gather(long firstElement, Span<byte> target, int size, byte[]? covered)
    {
        for (int i = 0; i < target.Length; i += size)
        {
            long rest = firstElement + (i / size), at = 0;
            for (int axis = Shape.Length - 1; axis >= 0; axis--)
            {
                at += rest % Shape[axis] * _strides[axis];
                rest /= Shape[axis];
            }

            if (covered is null) Copy((_offset + at) * size, target.Slice(i, size));
            else covered.AsSpan((int)(at * size), size).CopyTo(target[i..]);
        }
    }

    private void Copy(long offsetBytes, Span<byte> target)
    {
        ByteRegion region = _storage.Data.Region ?? throw new WeightsException($"'{_fileName}' lacks the storage '{WeightsException.OneLine(_storage.Data.Key)}': fetch or copy it again");
        region.Source.Read(region.OffsetBytes + _storage.OffsetBytes + offsetBytes, target, $"storage '{WeightsException.OneLine(_storage.Data.Key)}'");
    }

    private static bool FollowsRowMajor(int[] shape, long[] strides)
    {
        long expected = 1;
        for (int i = shape.Length - 1; i >= 0; i--)
        {
            if (shape[i] != 1 && strides[i] != expected) return false;
            expected *= Math.Max(1, shape[i]);
        }

        return true;
    }

    private static WeightsException Fault(string fileName, int[] shape, string what) =>
        new($"'{fileName}' has a tensor of shape [{string.Join(", ", shape)}] with {what}: it is damaged, fetch it again");
}
