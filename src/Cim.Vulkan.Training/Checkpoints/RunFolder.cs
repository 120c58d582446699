using System;
using System.Collections.Generic;
using System.IO;
using System.Text.Json;

namespace Cim.Vulkan.Training;

/// <summary>
/// The folder of one run, held for as long as the run lasts: <c>run.lock</c> keeps a second process out, <c>run.json</c> keeps a second
/// run out.
/// </summary>
public sealed class RunFolder : IDisposable
{
    private const string LockFile = "run.lock", IdentityFile = "run.json", Checkpoints = "checkpoints";

    private readonly IDisposable _lock;

    private RunFolder(string path, IFileSystem fileSystem, IDisposable held)
    {
        (Path, FileSystem, _lock) = (path, fileSystem, held);
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Where the checkpoints of the run lie.</summary>
    public string CheckpointPath => File(Checkpoints);

    /// <summary>The seam for all writes.</summary>
    public IFileSystem FileSystem { get; }

    /// <summary>Takes a folder for a new run, or for the run that is already in it.</summary>
    /// <param name="fileSystem">The seam for all writes.</param>
    /// <param name="path">The folder, created if missing.</param>
    /// <param name="identity">What is to be run.</param>
    /// <param name="resume">Whether the run in the folder is to be continued; with nothing there yet, the run is new.</param>
    /// <param name="mayDiffer">Options that a continued run may change, by full name.</param>
    /// <exception cref="CheckpointException">Another process uses the folder, it holds another run, or it cannot be written.</exception>
    public static RunFolder Open(IFileSystem fileSystem, string path, RunIdentity identity, bool resume, IReadOnlySet<string>? mayDiffer = null)
    {
        ArgumentNullException.ThrowIfNull(fileSystem);
        ArgumentNullException.ThrowIfNull(identity);
        path = System.IO.Path.GetFullPath(path);
        IDisposable? held = null;
        try
        {
            fileSystem.CreateFolder(path);
            held = fileSystem.TryLock(System.IO.Path.Combine(path, LockFile))
                ?? throw new CheckpointException($"another process is training into '{path}': wait for it to end or give another --out");
            var folder = new RunFolder(path, fileSystem, held);
            folder.Claim(identity, resume, mayDiffer ?? new HashSet<string>());
            return folder;
        }
        catch (Exception error)
        {
            held?.Dispose();
            if (error is IOException or UnauthorizedAccessException) throw new CheckpointException($"cannot use '{path}' for a run: {StorageFault.Describe(error)}", error);
            throw;
        }
    }

    /// <summary>What the run in a folder is; null where there is none.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="CheckpointException">Its <c>run.json</c> is damaged.</exception>
    public static RunIdentity? IdentityIn(string path)
    {
        path = System.IO.Path.Combine(path, IdentityFile);
        if (!System.IO.File.Exists(path)) return null;
        try
        {
            return JsonSerializer.Deserialize(System.IO.File.ReadAllBytes(path), CheckpointJson.Default.RunIdentity);
        }
        catch (JsonException error)
        {
            throw new CheckpointException($"'{path}' is damaged: restore it, or give another --out", error);
        }
    }

    /// <summary>Whether a folder holds checkpoints of a run.</summary>
    /// <param name="path">The folder.</param>
    public static bool HasCheckpoints(string path) => CheckpointStore.Names(System.IO.Path.Combine(path, Checkpoints)).Count > 0;

    /// <summary>The path of a file in the folder.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Lets other processes use the folder.</summary>
    public void Dispose() => _lock.Dispose();

    private void Claim(RunIdentity identity, bool resume, IReadOnlySet<string> mayDiffer)
    {
        RunIdentity? found = IdentityIn(Path);
        bool hasCheckpoints = CheckpointStore.Names(CheckpointPath).Count > 0;
        if (!resume && hasCheckpoints)
            throw new CheckpointException($"'{Path}' already holds a run{(found is null ? "" : $" ({found.Kind})")}: continue it with --resume, or give another --out");
        if (resume && hasCheckpoints && found is not null)
        {
            if (found.Kind != identity.Kind)
                throw new CheckpointException($"'{Path}' holds a run of the kind {found.Kind}, not {identity.Kind}: resume it with its own command, or give another --out");
            IReadOnlyList<string> differences = found.Differences(identity, mayDiffer);
            if (differences.Count > 0)
                throw new CheckpointException($"'{Path}' holds a run with another {string.Join(", ", differences)}: give the options it was started with, or another --out");
        }

        AtomicFiles.WriteText(FileSystem, File(IdentityFile), JsonSerializer.Serialize(identity, CheckpointJson.Default.RunIdentity) + "\n");
    }
}
