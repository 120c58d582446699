using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;

namespace Cim.Vulkan.Training;

/// <summary>A verified checkpoint, open for reading its tensors.</summary>
public sealed class CheckpointContents : IDisposable
{
    internal const string StateFile = "state.json", StateDigestFile = "state.json.sha256", WeightsFileName = "weights.safetensors";

    private CheckpointContents(string path, CheckpointState state, SafetensorsFile tensors)
    {
        (Path, State, Tensors) = (path, state, tensors);
    }

    /// <summary>The folder of the checkpoint.</summary>
    public string Path { get; }

    /// <summary>Where the run is and what it is.</summary>
    public CheckpointState State { get; }

    /// <summary>The tensors, named <c>group/name</c> where they were saved so.</summary>
    public SafetensorsFile Tensors { get; }

    /// <summary>The tensors of a group with their names inside it.</summary>
    public IEnumerable<(string Name, SafetensorsEntry Entry)> Group(string group) =>
        Tensors.Entries.Where(entry => entry.Name.StartsWith(group + "/", StringComparison.Ordinal)).Select(entry => (entry.Name[(group.Length + 1)..], entry));

    /// <summary>Opens a checkpoint folder after verifying the SHA-256 of all its files.</summary>
    /// <exception cref="CheckpointException">A file is missing, damaged, or of a newer format.</exception>
    public static CheckpointContents Load(string path)
    {
        try
        {
            CheckpointState state = ReadState(path);
            if (!state.Sha256.ContainsKey(WeightsFileName)) throw new CheckpointException($"checkpoint '{path}' is damaged: it does not name {WeightsFileName}");
            foreach ((string name, string expected) in state.Sha256) Verify(path, name, expected);
            return new CheckpointContents(path, state, SafetensorsFile.Open(System.IO.Path.Combine(path, WeightsFileName)));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or SafetensorsException)
        {
            throw new CheckpointException($"checkpoint '{path}' is damaged: {error.Message.ReplaceLineEndings(" ")}", error);
        }
    }

    /// <summary>The mean loss that a checkpoint was saved with; null where it has none or its state is damaged. The weights are not looked at.</summary>
    internal static double? LossOf(string path)
    {
        try
        {
            return ReadState(path).Numbers.TryGetValue(CheckpointState.LossKey, out double loss) ? loss : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or CheckpointException)
        {
            return null;
        }
    }

    /// <summary>Closes the files.</summary>
    public void Dispose() => Tensors.Dispose();

    private static CheckpointState ReadState(string path)
    {
        string expected = File.ReadAllText(System.IO.Path.Combine(path, StateDigestFile));
        Verify(path, StateFile, expected.Split(' ')[0]);
        CheckpointState? state = JsonSerializer.Deserialize(File.ReadAllBytes(System.IO.Path.Combine(path, StateFile)), CheckpointJson.Default.CheckpointState);
        if (state is null) throw new CheckpointException($"checkpoint '{path}' is damaged: {StateFile} is empty");
        if (state.FormatVersion != CheckpointState.CurrentFormatVersion)
            throw new CheckpointException($"checkpoint '{path}' has the format {state.FormatVersion}, this version reads {CheckpointState.CurrentFormatVersion}: use the version that wrote it");
        return state;
    }

    private static void Verify(string folder, string name, string expected)
    {
        if (name != System.IO.Path.GetFileName(name)) throw new CheckpointException($"checkpoint '{folder}' is damaged: '{name}' is not a file of its own");
        string actual = FileDigest.Sha256(System.IO.Path.Combine(folder, name));
        if (actual != expected) throw new CheckpointException($"checkpoint '{folder}' is damaged: {name} has the SHA-256 {actual[..12]}…, expected {(expected.Length > 12 ? expected[..12] : expected)}…");
    }
}
