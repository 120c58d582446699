using System;
using System.IO;
using System.Reflection;

namespace Cim.Vulkan.Training;

/// <summary>The tokenizer that the program carries: 256 codes, a token a square of 4 pixels, trained by the project on <c>builtin:shapes</c>.</summary>
public static class BuiltInTokenizer
{
    private const string Resource = "built-in-tokenizer.safetensors";

    /// <summary>The options with which it was trained, but for the paths.</summary>
    public static TokenizerTrainingOptions Options { get; } = new()
    {
        Steps = 1500,
        Batch = 32,
        BlocksPerGroup = 1,
        KlWeight = 0,
        UsageWeight = 0.2,
        PlaceUsageWeight = 0,
        EmaDecay = 0,
        Augmentation = new AugmentationOptions { Crop = CropKind.PadShift },
    };

    /// <summary>The length of the file in bytes.</summary>
    public static long LengthBytes
    {
        get
        {
            using Stream file = Open();
            return file.Length;
        }
    }

    /// <summary>Writes it as a file, from which any training can take it.</summary>
    /// <param name="fileSystem">The seam for writes.</param>
    /// <param name="path">The file, replaced where there is one.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(IFileSystem fileSystem, string path)
    {
        using Stream file = Open();
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        AtomicFiles.Write(fileSystem, path, output => output.Write(bytes));
    }

    private static Stream Open() =>
        Assembly.GetExecutingAssembly().GetManifestResourceStream(Resource) ?? throw new InvalidOperationException($"the program was built without {Resource}");
}
