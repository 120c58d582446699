using System;
using System.Globalization;
using System.IO;
using System.Linq;

namespace Cim.Vulkan.Training;

/// <summary>
/// Keeps event files that TensorBoard shows, in <see cref="FolderName"/> of the run's folder: a point of every series, and the picture
/// grids. Each start of a run writes a file of its own, as TensorBoard expects; what earlier files hold of later steps is cut off.
/// </summary>
/// <param name="clock">The seam for the clock; null for the system's.</param>
public sealed class TensorBoardEvents(TimeProvider? clock = null) : IRunObserver, IDisposable
{
    /// <summary>The folder within the run's folder: <c>tensorboard --logdir RUN/tensorboard</c>.</summary>
    public const string FolderName = "tensorboard";

    private const string Prefix = "events.out.tfevents.";

    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly EventRecords _records = new(clock ?? TimeProvider.System);
    private IOutputFile? _file;

    /// <inheritdoc/>
    public void Begins(RunStart run)
    {
        string folder = run.Folder.File(FolderName);
        IFileSystem fileSystem = run.Folder.FileSystem;
        fileSystem.CreateFolder(folder);
        string[] former = Directory.GetFiles(folder, Prefix + "*");
        foreach (string path in former) Cut(fileSystem, path, run.StepsDone);
        _file = fileSystem.Create(Path.Combine(folder, NextName(former)));
        _file.Write(_records.Version());
        if (run.StepsDone > 0) _file.Write(_records.Start(run.StepsDone + 1));
    }

    /// <inheritdoc/>
    public void Measured(long step, ReadOnlySpan<Metric> metrics) => _file?.Write(_records.Scalars(step, metrics));

    /// <inheritdoc/>
    public void PictureWritten(long step, string path) => _file?.Write(_records.Picture(step, SeriesTag.OfPicture(path), PngPicture.Read(path)));

    /// <inheritdoc/>
    public void Saved(long step) => _file?.FlushToDisk();

    /// <inheritdoc/>
    public void Ends(RunOutcome outcome) => _file?.FlushToDisk();

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    // Readers take files in the order of their names, so a later start needs a later time even if the clock was set back.
    private string NextName(string[] former)
    {
        long newest = former.Select(path => Path.GetFileName(path)[Prefix.Length..].Split('.')[0])
            .Select(text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) ? seconds : 0).DefaultIfEmpty().Max();
        return string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Math.Max(_clock.GetUtcNow().ToUnixTimeSeconds(), newest + 1):D10}.cim");
    }

    // Keeps the records of the steps that the run goes on from; behind a damaged one no reader goes on, so nothing is kept there either.
    private static void Cut(IFileSystem fileSystem, string path, long stepsDone)
    {
        if (stepsDone == 0)
        {
            fileSystem.DeleteFile(path);
            return;
        }

        ReadOnlyMemory<byte> content = File.ReadAllBytes(path);
        int kept = 0;
        while (RecordFraming.TryRead(content[kept..], out ReadOnlyMemory<byte> payload) && EventRecords.StepOf(payload) <= stepsDone)
            kept += RecordFraming.HeaderBytes + payload.Length + RecordFraming.FooterBytes;
        if (kept == content.Length) return;
        using IOutputFile file = fileSystem.Append(path);
        file.Truncate(kept);
    }
}
