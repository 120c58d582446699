using System;
using System.IO;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Checkpoints;

public sealed class GoldenFilesTests
{
    [Test]
    public void Files_of_another_writer_are_read()
    {
        string[] paths = Directory.GetFiles(Path.Combine(Root(), "tests", "golden"), "*.safetensors");
        Assert.That(paths, Is.Not.Empty);
        foreach (string path in paths)
        {
            using SafetensorsFile file = SafetensorsFile.Open(path);
            Assert.That(file.Entries, Is.Not.Empty, path);
            foreach (SafetensorsEntry entry in file.Entries) Assert.That(file.ReadBytes(entry.Name), Has.Length.EqualTo(entry.LengthBytes), $"{path}: {entry.Name}");
        }
    }

    private static string Root()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Cim.Vulkan.sln"))) return folder.FullName;
        throw new DirectoryNotFoundException("the tests do not run inside the repository");
    }
}
