using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;

namespace Cim.Vulkan.Training;

/// <summary>
/// The checkpoints of a run: folders <c>step-00000040</c>, each made under another name, flushed, and renamed into sight at once. Whatever
/// happens while one is written, those before it stay. Which one is best follows from the losses they were saved with, so no crash can
/// make it wrong; <c>best.json</c> is a note of it for people and tools.
/// </summary>
/// <param name="folder">The run's folder, held by this process.</param>
/// <param name="keep">How many of the newest stay beside the best, at least 1; two or more leave one to fall back on.</param>
/// <param name="report">Receives one line for each damaged checkpoint and each old one that could not be deleted.</param>
public sealed class CheckpointStore(RunFolder folder, int keep = 2, Action<string>? report = null)
{
    /// <summary>The note of the best checkpoint, in the checkpoints' folder.</summary>
    public const string BestFile = "best.json";

    private const string Prefix = "step-";

    private readonly int _keep = keep >= 1 ? keep : throw new ArgumentOutOfRangeException(nameof(keep), keep, "at least one checkpoint must be kept");
    private readonly string _path = folder.CheckpointPath;
    private readonly IFileSystem _fileSystem = folder.FileSystem;

    /// <summary>Saves a checkpoint and returns its folder; when this returns, it is on the disk.</summary>
    /// <remarks>An intact checkpoint of the same step is left as it is. Old checkpoints are deleted after the new one is on the disk.</remarks>
    /// <exception cref="CheckpointException">The checkpoint could not be written; those before it are untouched.</exception>
    /// <exception cref="ArgumentException">A tensor's name is given twice or its bytes do not match its shape.</exception>
    public string Save(CheckpointState state, IReadOnlyList<NamedTensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(state);
        string target = Path.Combine(_path, Name(state.Step));
        string unfinished = target + AtomicFiles.UnfinishedSuffix;
        try
        {
            _fileSystem.CreateFolder(_path);
            if (Directory.Exists(target))
            {
                if (IsIntact(target)) return target;
                Remove(target);
            }

            _fileSystem.DeleteFolder(unfinished);
            WriteFolder(unfinished, state, tensors);
            _fileSystem.MoveFolder(unfinished, target);
            _fileSystem.FlushFolder(_path);
        }
        catch (Exception error)
        {
            AtomicFiles.Abandon(() => _fileSystem.DeleteFolder(unfinished));
            if (error is IOException or UnauthorizedAccessException) throw new CheckpointException($"could not save the checkpoint of step {state.Step} to '{_path}': {StorageFault.Describe(error)}", error);
            throw;
        }

        Try("note the best checkpoint in", Path.Combine(_path, BestFile), path => NoteBest(path, state.Step));
        DeleteOld(state.Step);
        return target;
    }

    /// <summary>The checkpoint with the lowest mean loss, the older of equals; null where none was saved with one.</summary>
    public BestCheckpoint? Best() => BestUpTo(long.MaxValue);

    /// <summary>Opens the newest intact checkpoint; null when there is none at all.</summary>
    /// <exception cref="CheckpointException">There are checkpoints, and every one of them is damaged.</exception>
    public CheckpointContents? LoadLatest()
    {
        IReadOnlyList<string> names = Names(_path);
        for (int i = names.Count - 1; i >= 0; i--)
        {
            try
            {
                return CheckpointContents.Load(Path.Combine(_path, names[i]));
            }
            catch (CheckpointException error)
            {
                report?.Invoke(error.Message);
            }
        }

        return names.Count == 0 ? null : throw new CheckpointException($"all {names.Count} checkpoints in '{_path}' are damaged: restore one from a copy, or start again in another --out");
    }

    /// <summary>The checkpoints in a folder, oldest first.</summary>
    internal static IReadOnlyList<string> Names(string path) => Directory.Exists(path)
        ? [.. Directory.EnumerateDirectories(path).Select(folder => Path.GetFileName(folder)).Where(name => StepOf(name) is not null).OrderBy(name => StepOf(name))]
        : [];

    private static string Name(long step) => Prefix + step.ToString("D8", CultureInfo.InvariantCulture);

    private static long? StepOf(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal) && long.TryParse(name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out long step) ? step : null;

    private static bool IsIntact(string path)
    {
        try
        {
            CheckpointContents.Load(path).Dispose();
            return true;
        }
        catch (CheckpointException)
        {
            return false;
        }
    }

    private void WriteFolder(string path, CheckpointState state, IReadOnlyList<NamedTensor> tensors)
    {
        _fileSystem.CreateFolder(path);
        string weights = WriteHashed(path, CheckpointContents.WeightsFileName, file => SafetensorsWriter.Write(file, tensors));
        CheckpointState complete = state with { Sha256 = new(StringComparer.Ordinal) { [CheckpointContents.WeightsFileName] = weights } };
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(complete, CheckpointJson.Default.CheckpointState);
        string digest = WriteHashed(path, CheckpointContents.StateFile, file => file.Write(json));
        // The form that sha256sum -c reads.
        byte[] line = System.Text.Encoding.ASCII.GetBytes($"{digest}  {CheckpointContents.StateFile}\n");
        AtomicFiles.WriteFlushed(_fileSystem, Path.Combine(path, CheckpointContents.StateDigestFile), file => file.Write(line));
        _fileSystem.FlushFolder(path);
    }

    private string WriteHashed(string path, string name, Action<IOutputFile> write)
    {
        string digest = "";
        AtomicFiles.WriteFlushed(_fileSystem, Path.Combine(path, name), file =>
        {
            using var hashing = new HashingOutputFile(file);
            write(hashing);
            digest = hashing.Finish();
        });
        return digest;
    }

    /// <summary>Takes a checkpoint out of sight before deleting it, so that none is ever seen in part.</summary>
    private void Remove(string path)
    {
        string hidden = path + AtomicFiles.UnfinishedSuffix;
        _fileSystem.DeleteFolder(hidden);
        _fileSystem.MoveFolder(path, hidden);
        _fileSystem.DeleteFolder(hidden);
    }

    private BestCheckpoint? BestUpTo(long step) => Names(_path)
        .Select(name => (Step: StepOf(name)!.Value, Loss: CheckpointContents.LossOf(Path.Combine(_path, name))))
        .Where(checkpoint => checkpoint.Step <= step && checkpoint.Loss is not null)
        .Select(checkpoint => new BestCheckpoint(checkpoint.Step, checkpoint.Loss!.Value))
        .MinBy(checkpoint => checkpoint.Loss);

    private void NoteBest(string path, long newestStep)
    {
        if (BestUpTo(newestStep) is not { } best) return;
        string note = JsonSerializer.Serialize(best, CheckpointJson.Default.BestCheckpoint) + "\n";
        if (!File.Exists(path) || File.ReadAllText(path) != note) AtomicFiles.WriteText(_fileSystem, path, note);
    }

    private void DeleteOld(long newestStep)
    {
        // Later steps can only be damaged ones that this run has fallen back from; they do not count and go when their step is reached.
        long? best = BestUpTo(newestStep)?.Step;
        IEnumerable<string> old = Names(_path).Where(name => StepOf(name) <= newestStep).SkipLast(_keep).Where(name => StepOf(name) != best);
        IEnumerable<string> unfinished = Directory.EnumerateDirectories(_path, $"{Prefix}*{AtomicFiles.UnfinishedSuffix}").Select(path => Path.GetFileName(path));
        foreach (string name in old.Concat(unfinished).ToArray())
            Try("delete the old checkpoint", Path.Combine(_path, name), path =>
            {
                if (StepOf(name) is null) _fileSystem.DeleteFolder(path);
                else Remove(path);
            });
    }

    // After a checkpoint is on the disk nothing may take it back: what fails then is told and not thrown.
    private void Try(string what, string path, Action<string> action)
    {
        try
        {
            action(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            report?.Invoke($"could not {what} '{path}': {error.Message}");
        }
    }
}
