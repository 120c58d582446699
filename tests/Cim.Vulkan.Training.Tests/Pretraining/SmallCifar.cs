using System;
using System.IO;
using Cim.Vulkan.Data;

namespace Cim.Vulkan.Training.Tests.Pretraining;

/// <summary>A folder of CIFAR-10's form with random pictures of four classes.</summary>
internal static class SmallCifar
{
    public static void Write(string folder, int records)
    {
        var random = new Random(1);
        var bytes = new byte[records * CifarBinarySource.RecordBytes];
        random.NextBytes(bytes);
        for (int i = 0; i < records; i++) bytes[i * CifarBinarySource.RecordBytes] = (byte)(i % 4);
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, "data_batch_1.bin"), bytes);
    }
}
