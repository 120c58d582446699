using System;

namespace Cim.Vulkan.Training;

/// <summary>Any file that PyTorch or Python's pickle wrote, as data.</summary>
internal sealed class TorchFile
{
    private const int MostNestedFiles = 10_000;

    private readonly MemoryBudget _budget;
    private int _nestedFiles;

    private TorchFile(MemoryBudget budget) => _budget = budget;

    /// <summary>Reads the archive form.</summary>
    public static object? ReadZip(ByteSource file, MemoryBudget budget) => TorchZip.Read(file, budget, new TorchFile(budget).ReadNested);

    /// <summary>Reads the older form, or a plain pickle.</summary>
    /// <returns>What was pickled, and whether it was the older form of torch.save.</returns>
    public static (object? Root, bool IsLegacy) ReadPickle(ByteSource file, MemoryBudget budget) => new TorchFile(budget).Read(new ByteRegion(file, 0, file.Length), isNested: false);

    private (object? Root, bool IsLegacy) Read(ByteRegion region, bool isNested)
    {
        Func<ByteRegion, object?>? nested = isNested ? null : ReadNested;
        var input = new PickleInput(region, _budget);
        object? root = PickleMachine.Read(input, _budget, new TorchWorld(region.Source.Name, _budget, null, nested));
        return TorchLegacy.IsMagic(root) ? (TorchLegacy.Read(region, input, _budget, nested), true) : (root, false);
    }

    // What Python's own pickle makes of a storage: a whole small file of torch.save within bytes.
    private object? ReadNested(ByteRegion region)
    {
        if (++_nestedFiles > MostNestedFiles) throw new WeightsException($"'{region.Source.Name}' packs more than {MostNestedFiles} storages each as a file of its own: save the state_dict with torch.save");
        _budget.Charge(16 * MemoryBudget.ObjectBytes + (16 << 10));
        (object? root, bool isLegacy) = Read(region, isNested: true);
        return isLegacy ? root : throw new WeightsException($"'{region.Source.Name}' packs a storage in an unknown form: save the state_dict with torch.save");
    }
}
