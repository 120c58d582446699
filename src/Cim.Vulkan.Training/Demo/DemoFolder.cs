using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;

namespace Cim.Vulkan.Training;

/// <summary>
/// The folder of one demo, held for as long as it lasts. A new or empty folder is taken; the folder of the same demo is gone on with; any other
/// folder is refused, and nothing in it is touched.
/// </summary>
internal sealed class DemoFolder : IDisposable
{
    public const string MetricsFileName = "metrics.json", ReportFileName = "report.html";

    private const string Kind = "cim-demo", IdentityFile = "demo.json", LockFile = "demo.lock";

    private readonly IDisposable _lock;

    private DemoFolder(string path, IFileSystem fileSystem, IDisposable held) => (Path, FileSystem, _lock) = (path, fileSystem, held);

    public string Path { get; }

    public IFileSystem FileSystem { get; }

    public string MetricsPath => System.IO.Path.Combine(Path, MetricsFileName);

    public string ReportPath => System.IO.Path.Combine(Path, ReportFileName);

    /// <summary>The figures of a demo that is finished; null before its end.</summary>
    public DemoMetrics? Finished
    {
        get
        {
            if (!File.Exists(MetricsPath) || !File.Exists(ReportPath)) return null;
            try
            {
                return JsonSerializer.Deserialize(File.ReadAllBytes(MetricsPath), DemoJson.Default.DemoMetrics);
            }
            catch (JsonException)
            {
                // Damaged figures are written anew: all that they come from is still there.
                return null;
            }
        }
    }

    /// <summary>Takes a folder for a demo.</summary>
    /// <exception cref="OptionsException">It holds something else or another demo, another process uses it, or it cannot be written.</exception>
    public static DemoFolder Open(IFileSystem fileSystem, DemoOptions options)
    {
        string path = options.Out;
        IDisposable? held = null;
        try
        {
            var identity = new RunIdentity(Kind, JsonSerializer.SerializeToElement(options, DemoJson.Default.DemoOptions));
            CheckFree(path, identity);
            fileSystem.CreateFolder(path);
            held = fileSystem.TryLock(System.IO.Path.Combine(path, LockFile)) ?? throw new OptionsException($"another demo runs in '{path}': wait for it to end, or give another --out");
            AtomicFiles.WriteText(fileSystem, System.IO.Path.Combine(path, IdentityFile), JsonSerializer.Serialize(identity, CheckpointJson.Default.RunIdentity) + "\n");
            return new DemoFolder(path, fileSystem, held);
        }
        catch (Exception error)
        {
            held?.Dispose();
            if (error is IOException or UnauthorizedAccessException) throw new OptionsException($"cannot use '{path}' for a demo: {error.Message}; give another --out");
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private static void CheckFree(string path, RunIdentity identity)
    {
        if (File.Exists(path)) throw new OptionsException($"'{path}' is a file: give a folder for the demo as --out");
        if (!Directory.Exists(path) || !Directory.EnumerateFileSystemEntries(path).Any()) return;
        string identityPath = System.IO.Path.Combine(path, IdentityFile);
        if (!File.Exists(identityPath)) throw new OptionsException($"'{path}' is not empty and holds no demo: give a new folder as --out");
        IReadOnlyList<string> differences = Read(identityPath).Differences(identity, new HashSet<string>());
        if (differences.Count > 0)
            throw new OptionsException($"'{path}' holds a demo with other options ({string.Join(", ", differences)}): give the same ones to go on with it, or another --out");
    }

    private static RunIdentity Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), CheckpointJson.Default.RunIdentity) ?? throw new JsonException("null");
        }
        catch (JsonException)
        {
            throw new OptionsException($"'{path}' is damaged: delete the folder, or give another --out");
        }
    }
}
