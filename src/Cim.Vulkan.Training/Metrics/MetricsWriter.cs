using System;
using System.Buffers;
using System.IO;
using System.Text.Json;

namespace Cim.Vulkan.Training;

/// <summary>
/// Appends to <c>metrics.jsonl</c>: one JSON object a line, <c>{"step":120,"loss":4.92}</c>, handed to the system line by line so that
/// others can follow the file.
/// </summary>
public sealed class MetricsWriter : IDisposable
{
    private const byte NewLine = (byte)'\n';

    private readonly IOutputFile _file;
    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly Utf8JsonWriter _json;

    private MetricsWriter(IOutputFile file)
    {
        _file = file;
        _json = new Utf8JsonWriter(_line, new JsonWriterOptions { SkipValidation = true });
    }

    /// <summary>Opens the file of a run that goes on after so many steps; lines of later steps, and a torn last line, are cut off.</summary>
    /// <param name="fileSystem">The seam for writes.</param>
    /// <param name="path">The file.</param>
    /// <param name="stepsDone">0 for a new run, which keeps no line.</param>
    /// <exception cref="IOException">The file cannot be read, cut or opened.</exception>
    public static MetricsWriter Open(IFileSystem fileSystem, string path, long stepsDone)
    {
        ArgumentNullException.ThrowIfNull(fileSystem);
        long kept = stepsDone > 0 && File.Exists(path) ? LengthUpTo(path, stepsDone) : 0;
        IOutputFile file = fileSystem.Append(path);
        try
        {
            if (file.Length > kept) file.Truncate(kept);
            return new MetricsWriter(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Writes the line of a step.</summary>
    /// <exception cref="IOException">The line could not be written.</exception>
    public void Write(long step, params ReadOnlySpan<Metric> metrics)
    {
        _line.ResetWrittenCount();
        _json.Reset();
        _json.WriteStartObject();
        _json.WriteNumber("step", step);
        foreach (Metric metric in metrics)
        {
            if (double.IsFinite(metric.Value)) _json.WriteNumber(metric.Name, metric.Value);
            else _json.WriteNull(metric.Name);
        }

        _json.WriteEndObject();
        _json.Flush();
        _line.GetSpan(1)[0] = NewLine;
        _line.Advance(1);
        _file.Write(_line.WrittenSpan);
    }

    /// <summary>Waits until all lines are on the disk; called with each checkpoint.</summary>
    /// <exception cref="IOException">The disk reports an error.</exception>
    public void FlushToDisk() => _file.FlushToDisk();

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        _json.Dispose();
        _file.Dispose();
    }

    private static long LengthUpTo(string path, long lastStep)
    {
        byte[] content = File.ReadAllBytes(path);
        int kept = 0;
        while (kept < content.Length)
        {
            int length = content.AsSpan(kept).IndexOf(NewLine);
            if (length < 0 || StepOf(content.AsMemory(kept, length)) is not long step || step > lastStep) break;
            kept += length + 1;
        }

        return kept;
    }

    private static long? StepOf(ReadOnlyMemory<byte> line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("step", out JsonElement step)
                && step.ValueKind == JsonValueKind.Number && step.TryGetInt64(out long value) ? value : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
