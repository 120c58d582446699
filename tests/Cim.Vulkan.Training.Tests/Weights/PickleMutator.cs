using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text;

namespace Cim.Vulkan.Training.Tests.Weights;

/// <summary>Makes files that are nearly right out of right ones: cut, flipped, spliced, with sizes that lie and words that are forbidden.</summary>
internal sealed class PickleMutator(int seed)
{
    private static readonly byte[][] s_harm =
    [
        Bytes("cos\nsystem\n"), Bytes("cposix\nsystem\n(S'id'\ntR"), Bytes("cbuiltins\neval\n"), Bytes("c__builtin__\ngetattr\n"), Bytes("cnumpy.core.multiarray\n_reconstruct\n"),
        Bytes("ctorch.nn.modules.container\nSequential\n)\u0081}b"), Bytes("ctorch._utils\n_rebuild_tensor_v2\n"), Bytes("ccollections\nOrderedDict\n)R"), Bytes("ctorch.storage\n_load_from_bytes\n"),
        Bytes("r\u00ff\u00ff\u00ff\u00ff"), Bytes("j\u00ff\u00ff\u00ff\u007f"), Bytes("r\u00ff\u00ff\u00ff\u000f"), Bytes("X\u00ff\u00ff\u00ff\u007f"), Bytes("B\u00ff\u00ff\u00ff\u00ff"),
        Bytes("\u008d\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff"), Bytes("\u008b\u00ff\u00ff\u00ff\u007f"), Bytes("\u008a\u00ff"), Bytes("\u0095\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f"),
        Bytes("J\u00ff\u00ff\u00ff\u00ff"), Bytes("J\u00ff\u00ff\u00ff\u007f"), Bytes("\u008a\u0008\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f"), Bytes("2"), Bytes("0"), Bytes("1"), Bytes("."), Bytes("b"), Bytes("Q"), Bytes("R"), Bytes("e"), Bytes("u"), Bytes("t"),
    ];

    private static readonly byte[] s_loops = Bytes("(]})l2N");
    private static readonly long[] s_lies = [0, 1, -1, 127, 255, 65535, int.MaxValue, uint.MaxValue, long.MaxValue, long.MinValue, 1L << 40, 0x7FFF_FFFF_FFFF];

    private readonly Random _random = new(seed);

    /// <summary>A changed copy.</summary>
    public byte[] Mutate(byte[] valid)
    {
        var bytes = new List<byte>(valid);
        for (int i = _random.Next(1, 4); i > 0 && bytes.Count > 0; i--) MutateOnce(bytes);
        return [.. bytes];
    }

    /// <summary>A copy of an archive whose pickle is changed and whose directory is right.</summary>
    public byte[] MutatePickle(byte[] valid)
    {
        using var target = new MemoryStream();
        using (var from = new ZipArchive(new MemoryStream(valid)))
        using (var to = new ZipArchive(target, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (ZipArchiveEntry entry in from.Entries)
            {
                using var bytes = new MemoryStream();
                using (Stream stored = entry.Open()) stored.CopyTo(bytes);
                using Stream copy = to.CreateEntry(entry.FullName, CompressionLevel.NoCompression).Open();
                copy.Write(entry.Name == "data.pkl" ? Mutate(bytes.ToArray()) : bytes.ToArray());
            }
        }

        return target.ToArray();
    }

    /// <summary>A file of nothing but one trick, over and over.</summary>
    public byte[] Bomb(int length)
    {
        byte[] harm = s_harm[_random.Next(s_harm.Length)];
        byte[] unit = _random.Next(3) == 0 ? harm : [s_loops[_random.Next(s_loops.Length)], .. _random.Next(2) == 0 ? Bytes("h\0") : Bytes("\u0094")];
        IEnumerable<byte> body = Enumerable.Repeat(unit, (length / unit.Length) + 1).SelectMany(part => part);
        return [0x80, 4, (byte)']', 0x94, .. body, (byte)'.'];
    }

    private void MutateOnce(List<byte> bytes)
    {
        int at = _random.Next(bytes.Count);
        switch (_random.Next(9))
        {
            case 0: bytes[at] ^= (byte)(1 << _random.Next(8)); break;
            case 1: bytes[at] = (byte)_random.Next(256); break;
            case 2: bytes.RemoveRange(at, bytes.Count - at); break;
            case 3: bytes.RemoveRange(at, Math.Min(bytes.Count - at, _random.Next(1, 40))); break;
            case 4: bytes.InsertRange(at, s_harm[_random.Next(s_harm.Length)]); break;
            case 5: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(bytes.Count - at, _random.Next(1, 200)))); break;
            case 6: Lie(bytes, at); break;
            case 7: bytes.InsertRange(at, Enumerable.Repeat(s_loops[_random.Next(s_loops.Length)], _random.Next(1, 300))); break;
            default: Overwrite(bytes, at, s_harm[_random.Next(s_harm.Length)]); break;
        }
    }

    private void Lie(List<byte> bytes, int at)
    {
        Span<byte> field = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(field, s_lies[_random.Next(s_lies.Length)] + _random.Next(-1, 2));
        Overwrite(bytes, at, field[..(1 << _random.Next(4))]);
    }

    private static void Overwrite(List<byte> bytes, int at, ReadOnlySpan<byte> with)
    {
        for (int i = 0; i < with.Length && at + i < bytes.Count; i++) bytes[at + i] = with[i];
    }

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);
}
