using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace Cim.Vulkan.Training;

/// <summary>The form that torch.save writes since 1.6: an archive of a pickle and of one entry a storage.</summary>
internal static class TorchZip
{
    private const string PickleEnd = "/data.pkl";
    private const int MostOrderBytes = 16;

    /// <summary>Reads the archive's pickle.</summary>
    /// <exception cref="WeightsException">It is damaged, or another kind of archive.</exception>
    public static object? Read(ByteSource file, MemoryBudget budget, Func<ByteRegion, object?>? nested)
    {
        ZipDirectory zip = ZipDirectory.Read(file, budget);
        string folder = FolderOf(zip, file.Name);
        CheckOrder(zip, folder, file.Name);
        var data = new Dictionary<string, TorchData>(StringComparer.Ordinal);
        var world = new TorchWorld(file.Name, budget, (key, length) => Storage(zip, folder, key, length, file.Name, data, budget), nested);
        ByteRegion pickle = zip.Locate(zip.Find(folder + PickleEnd)!);
        return PickleMachine.Read(new PickleInput(pickle, budget), budget, world);
    }

    private static string FolderOf(ZipDirectory zip, string file)
    {
        string[] folders = [.. zip.Entries.Select(entry => entry.Name).Where(name => name.EndsWith(PickleEnd, StringComparison.Ordinal)).Select(name => name[..^PickleEnd.Length]).Take(2)];
        if (folders.Length == 0 && zip.Entries.Any(entry => entry.Name.EndsWith(".npy", StringComparison.Ordinal)))
            throw new WeightsException($"'{file}' is a NumPy archive (.npz), which is not read here: save the arrays as safetensors");
        if (folders.Length == 0) throw new WeightsException($"'{file}' is a ZIP archive without a data.pkl, so not a file of torch.save: unpack it and give the file of weights in it");
        if (folders.Length > 1) throw new WeightsException($"'{file}' has more than one data.pkl: it is not as torch.save writes it; have it saved again");
        if (zip.Find($"{folders[0]}/constants.pkl") is not null)
            throw new WeightsException($"'{file}' is a TorchScript program (torch.jit.save), not weights alone: save the state_dict() of the module with torch.save or as safetensors");
        return folders[0];
    }

    private static void CheckOrder(ZipDirectory zip, string folder, string file)
    {
        if (zip.Find($"{folder}/byteorder") is not { } entry) return;
        ByteRegion region = zip.Locate(entry);
        Span<byte> text = stackalloc byte[MostOrderBytes];
        text = text[..(int)Math.Min(region.LengthBytes, MostOrderBytes)];
        region.Source.Read(region.OffsetBytes, text, "the byte order");
        if (!text.SequenceEqual("little"u8)) throw new WeightsException($"'{file}' has the byte order '{WeightsException.OneLine(Encoding.Latin1.GetString(text))}', only little is read: save it on a machine of that order");
    }

    private static TorchData Storage(ZipDirectory zip, string folder, string key, long length, string file, Dictionary<string, TorchData> known, MemoryBudget budget)
    {
        budget.Charge(MemoryBudget.EntryBytes + (2 * MemoryBudget.TextBytes) + (2L * (folder.Length + key.Length)));
        if (!known.TryGetValue(key, out TorchData? data))
        {
            ZipEntry entry = zip.Find($"{folder}/data/{key}") ?? throw new WeightsException($"'{file}' lacks the storage '{WeightsException.OneLine(key)}': fetch or copy it again");
            ByteRegion region = zip.Locate(entry);
            data = new TorchData(key, region.LengthBytes) { Region = region };
            known.Add(key, data);
        }

        return length <= data.LengthBytes ? data : throw new WeightsException($"'{file}' has {data.LengthBytes} bytes in its storage '{WeightsException.OneLine(key)}', which needs {length}: fetch or copy it again");
    }
}
