using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text.Json;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;
using Cim.Vulkan.Training;

namespace Cim.Vulkan.Cli.Tests;

/// <summary>A folder in which a mistake is made: what is there before must be there after, and nothing else.</summary>
internal sealed class MistakeScene : IDisposable
{
    private readonly List<IDisposable> _held = [];

    public MistakeScene()
    {
        Folder = Directory.CreateTempSubdirectory("cim-mistake-").FullName;
        WriteTokenizer("tokenizer.safetensors", SmallTokenizer);
    }

    /// <summary>A tokenizer that takes no time to make: a token covers 4 pixels, 16 codes.</summary>
    public static TokenizerTrainingOptions SmallTokenizer { get; } = new() { HiddenWidth = 8, BlocksPerGroup = 1, VocabularySize = 16 };

    public string Folder { get; }

    public string PathOf(string name) => Path.Combine(Folder, name);

    public void MakeFolder(string name) => Directory.CreateDirectory(PathOf(name));

    public void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        File.WriteAllText(PathOf(name), text);
    }

    /// <summary>Keeps something until the mistake is made.</summary>
    public void Hold(IDisposable held) => _held.Add(held);

    /// <summary>Writes a tokenizer of zeros; <paramref name="stated"/> is what its description says, where that differs.</summary>
    public void WriteTokenizer(string name, TokenizerTrainingOptions options, TokenizerTrainingOptions? stated = null, string kind = TokenizerTrainingOptions.WeightsKind)
    {
        var set = new ParameterSet("tokenizer");
        _ = new DiscreteVae(set, TokenizerFile.OptionsOf(options));
        NamedTensor[] tensors = [.. set.Parameters.Select(parameter => NamedTensor.Of(parameter.Name, [.. parameter.Shape.ToList()], new float[parameter.Shape.Count]))];
        WeightsFile.Save(new PhysicalFileSystem(), PathOf(name), kind, OptionsJson.ToJson(stated ?? options), tensors);
    }

    /// <summary>Writes weights of these names and shapes, all zeros.</summary>
    public void WriteWeights(string name, params (string Name, int[] Shape)[] tensors) =>
        SafetensorsWriter.WriteFile(new PhysicalFileSystem(), PathOf(name), [.. tensors.Select(tensor => NamedTensor.Of(tensor.Name, tensor.Shape, new float[tensor.Shape.Aggregate(1, (a, b) => a * b)]))]);

    /// <summary>Writes the first half of a tokenizer's file, always of the same length.</summary>
    public void WriteCutTokenizer(string name)
    {
        WeightsFile.Save(new PhysicalFileSystem(), PathOf(name), TokenizerTrainingOptions.WeightsKind, JsonDocument.Parse("{}").RootElement, [NamedTensor.Of("encoder.blocks.input.w", [64], new float[64])]);
        byte[] bytes = File.ReadAllBytes(PathOf(name));
        File.WriteAllBytes(PathOf(name), bytes[..(bytes.Length / 2)]);
    }

    /// <summary>Makes a run of these options that has saved step 2.</summary>
    public void MakeRun(string name, string kind, JsonElement options, string? tokenizerDigest = null)
    {
        using RunFolder folder = RunFolder.Open(new PhysicalFileSystem(), PathOf(name), new RunIdentity(kind, options), resume: false);
        new CheckpointStore(folder).Save(new CheckpointState { Kind = kind, Step = 2, Seed = 1, Options = options }, [NamedTensor.Of("w", [1], [1f])]);
        if (tokenizerDigest is not null) File.WriteAllText(folder.File("tokenizer.sha256"), tokenizerDigest + "\n");
    }

    /// <summary>Every file and folder with its content.</summary>
    public IReadOnlyList<string> Content() => [.. Directory.EnumerateFileSystemEntries(Folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(Describe)];

    public void Dispose()
    {
        foreach (IDisposable held in _held) held.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private static string Describe(string path)
    {
        if (Directory.Exists(path)) return path;
        // A file that is locked for others is compared by its length: it is this test that holds it.
        if (Path.GetFileName(path) == "run.lock") return $"{path} {new FileInfo(path).Length}";
        return $"{path} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)))}";
    }
}
