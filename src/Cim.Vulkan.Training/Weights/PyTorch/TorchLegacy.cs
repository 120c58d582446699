using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Globalization;
using System.Numerics;

namespace Cim.Vulkan.Training;

/// <summary>The form of torch.save before 1.6: five pickles one after the other, then the storages with their lengths.</summary>
internal sealed class TorchLegacy
{
    private const long Protocol = 1001;
    private static readonly BigInteger s_magic = BigInteger.Parse("1950A86A20F9469CFC6C", NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private readonly ByteRegion _region;
    private readonly MemoryBudget _budget;
    private readonly Dictionary<string, TorchData> _data = new(StringComparer.Ordinal);
    private readonly TorchWorld _world;

    private TorchLegacy(ByteRegion region, MemoryBudget budget, Func<ByteRegion, object?>? nested)
    {
        (_region, _budget) = (region, budget);
        _world = new TorchWorld(region.Source.Name, budget, Storage, nested);
    }

    /// <summary>Whether a file's first pickle is the mark of this form.</summary>
    public static bool IsMagic(object? first) => first is BigInteger number && number == s_magic;

    /// <summary>Reads what follows the mark.</summary>
    /// <param name="region">The whole file.</param>
    /// <param name="input">Stands behind the mark.</param>
    /// <param name="budget">Is charged.</param>
    /// <param name="nested">Reads storages within bytes.</param>
    /// <exception cref="WeightsException">The file is damaged.</exception>
    public static object? Read(ByteRegion region, PickleInput input, MemoryBudget budget, Func<ByteRegion, object?>? nested)
    {
        var file = new TorchLegacy(region, budget, nested);
        if (file.Next(input) is not Protocol) throw file._world.Fault("it has an unknown protocol");
        if (file.Next(input) is PickleDict system && system.Find("little_endian") is false) throw new WeightsException($"'{region.Source.Name}' was saved with the highest byte first, which is not read: save it on a machine of the usual order");
        object? root = file.Next(input);
        if (file.Next(input) is not PickleList keys) throw file._world.Fault("the list of storages is missing");
        file.LocateStorages(keys, input.Position);
        return root;
    }

    private object? Next(PickleInput input) => PickleMachine.Read(input, _budget, _world);

    private TorchData Storage(string key, long length)
    {
        _budget.Charge(MemoryBudget.EntryBytes + MemoryBudget.ObjectBytes);
        if (!_data.TryGetValue(key, out TorchData? data)) _data.Add(key, data = new TorchData(key, length));
        return data.LengthBytes == length ? data : throw _world.Fault($"storage '{key}' has two lengths");
    }

    private void LocateStorages(PickleList keys, long position)
    {
        Span<byte> field = stackalloc byte[sizeof(long)];
        foreach (object? item in keys.Items)
        {
            if (item is not string key || !_data.TryGetValue(key, out TorchData? data) || data.Region is not null) throw _world.Fault("a storage is there that no tensor has, or twice");
            string what = $"storage '{WeightsException.OneLine(key)}'";
            if (position > _region.LengthBytes - sizeof(long)) throw Cut(what);
            _region.Source.Read(_region.OffsetBytes + position, field, what);
            position += sizeof(long);
            long count = BinaryPrimitives.ReadInt64LittleEndian(field);
            if (data.LengthBytes > _region.LengthBytes - position) throw Cut(what);
            // The field counts elements; their size is 1, 2, 4 or 8.
            if (count < 0 || (count == 0) != (data.LengthBytes == 0) || (count > 0 && (data.LengthBytes % count != 0 || data.LengthBytes / count is not (1 or 2 or 4 or 8)))) throw _world.Fault($"{what} says that it has {count} elements, its tensors say {data.LengthBytes} bytes");
            data.Region = new ByteRegion(_region.Source, _region.OffsetBytes + position, data.LengthBytes);
            position += data.LengthBytes;
        }

        foreach (TorchData data in _data.Values)
            if (data.Region is null) throw _world.Fault($"storage '{data.Key}' is missing");
    }

    private WeightsException Cut(string what) => new($"'{_region.Source.Name}' ends early, within {what}: it was cut short, fetch or copy it again");
}
