namespace Cim.Vulkan.Training;

/// <summary>The bytes of one or more tensors: how many there must be is known first, where they are when that part of the file is reached.</summary>
internal sealed class TorchData(string key, long lengthBytes)
{
    public string Key { get; } = key;

    public long LengthBytes { get; } = lengthBytes;

    public ByteRegion? Region { get; set; }
}

/// <summary>A storage as a tensor names it: data, or a part of them.</summary>
/// <param name="Type">The element type; null where the tensor says it.</param>
/// <param name="Data">The whole bytes.</param>
/// <param name="OffsetBytes">Where the storage begins in them.</param>
/// <param name="LengthBytes">The storage's own length.</param>
internal sealed record TorchStorage(SafetensorsType? Type, TorchData Data, long OffsetBytes, long LengthBytes);
