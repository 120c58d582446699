using System;
using System.IO;
using Google.Protobuf;

namespace Cim.Vulkan.Training;

/// <summary>
/// TensorBoard's events as protocol buffers, framed as records. Field numbers are those of its <c>event.proto</c> and
/// <c>summary.proto</c>; values are written in the form that every reader of event files knows (<c>simple_value</c>, <c>image</c>).
/// </summary>
internal sealed class EventRecords(TimeProvider clock)
{
    private const string FormatVersion = "brain.Event:2", Writer = "cim";
    private const int WallTime = 1, Step = 2, FileVersion = 3, Summary = 5, SessionLog = 7, SourceMetadata = 10;
    private const int SummaryValue = 1, ValueTag = 1, ValueNumber = 2, ValueImage = 4;
    private const int ImageHeight = 1, ImageWidth = 2, ImageColorSpace = 3, ImageBytes = 4;
    private const int SessionStatus = 1, SessionStarts = 1, MetadataWriter = 1;

    /// <summary>The first record of a file.</summary>
    public byte[] Version() => Record(0, output =>
    {
        Text(output, FileVersion, FormatVersion);
        Bytes(output, SourceMetadata, Message(metadata => Text(metadata, MetadataWriter, Writer)));
    });

    /// <summary>Says that the run goes on: a reader forgets what it has seen of later steps.</summary>
    /// <param name="step">Steps done.</param>
    public byte[] Start(long step) => Record(step, output => Bytes(output, SessionLog, Message(log => Integer(log, SessionStatus, SessionStarts))));

    /// <summary>One point of each series.</summary>
    /// <param name="step">Steps done.</param>
    /// <param name="metrics">The points.</param>
    public byte[] Scalars(long step, ReadOnlySpan<Metric> metrics)
    {
        using var summary = new MemoryStream();
        var values = new CodedOutputStream(summary, leaveOpen: true);
        foreach (Metric metric in metrics)
        {
            Bytes(values, SummaryValue, Message(value =>
            {
                Text(value, ValueTag, SeriesTag.Of(metric.Name));
                value.WriteTag(ValueNumber, WireFormat.WireType.Fixed32);
                value.WriteFloat((float)metric.Value);
            }));
        }

        values.Flush();
        return Record(step, output => Bytes(output, Summary, summary.GetBuffer().AsMemory(0, (int)summary.Length)));
    }

    /// <summary>A picture.</summary>
    /// <param name="step">Steps done.</param>
    /// <param name="tag">The series it belongs to.</param>
    /// <param name="picture">The picture.</param>
    public byte[] Picture(long step, string tag, PngPicture picture)
    {
        ReadOnlyMemory<byte> image = Message(output =>
        {
            Integer(output, ImageHeight, picture.Height);
            Integer(output, ImageWidth, picture.Width);
            Integer(output, ImageColorSpace, picture.Channels);
            Bytes(output, ImageBytes, picture.Bytes);
        });
        ReadOnlyMemory<byte> value = Message(output =>
        {
            Text(output, ValueTag, tag);
            Bytes(output, ValueImage, image);
        });
        return Record(step, output => Bytes(output, Summary, Message(summary => Bytes(summary, SummaryValue, value))));
    }

    /// <summary>The step of an event; null where the bytes are no event.</summary>
    /// <param name="payload">A record's payload.</param>
    public static long? StepOf(ReadOnlyMemory<byte> payload)
    {
        try
        {
            var input = new CodedInputStream(payload.ToArray());
            long step = 0;
            for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
            {
                if (tag == WireFormat.MakeTag(Step, WireFormat.WireType.Varint)) step = input.ReadInt64();
                else input.SkipLastField();
            }

            return step;
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private byte[] Record(long step, Action<CodedOutputStream> write)
    {
        using var stream = new MemoryStream();
        stream.SetLength(RecordFraming.HeaderBytes);
        stream.Position = RecordFraming.HeaderBytes;
        var output = new CodedOutputStream(stream, leaveOpen: true);
        output.WriteTag(WallTime, WireFormat.WireType.Fixed64);
        output.WriteDouble((clock.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds);
        Integer(output, Step, step);
        write(output);
        output.Flush();
        stream.SetLength(stream.Length + RecordFraming.FooterBytes);
        byte[] record = stream.ToArray();
        RecordFraming.Seal(record);
        return record;
    }

    private static ReadOnlyMemory<byte> Message(Action<CodedOutputStream> write)
    {
        using var stream = new MemoryStream();
        var output = new CodedOutputStream(stream, leaveOpen: true);
        write(output);
        output.Flush();
        return stream.GetBuffer().AsMemory(0, (int)stream.Length);
    }

    private static void Integer(CodedOutputStream output, int field, long value)
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteInt64(value);
    }

    private static void Text(CodedOutputStream output, int field, string value)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteString(value);
    }

    private static void Bytes(CodedOutputStream output, int field, ReadOnlyMemory<byte> value)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(UnsafeByteOperations.UnsafeWrap(value));
    }
}
