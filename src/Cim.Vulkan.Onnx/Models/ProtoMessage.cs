using System;
using System.IO;
using Google.Protobuf;

namespace Cim.Vulkan.Onnx;

/// <summary>A message in protobuf's wire format, field by field.</summary>
internal sealed class ProtoMessage : IDisposable
{
    private readonly MemoryStream _stream = new();
    private readonly CodedOutputStream _output;

    public ProtoMessage() => _output = new CodedOutputStream(_stream, leaveOpen: true);

    /// <summary>A message that is filled by a function.</summary>
    public static ReadOnlyMemory<byte> Of(Action<ProtoMessage> write)
    {
        using var message = new ProtoMessage();
        write(message);
        return message.ToMemory();
    }

    public void Integer(int field, long value)
    {
        _output.WriteTag(field, WireFormat.WireType.Varint);
        _output.WriteInt64(value);
    }

    public void Float(int field, float value)
    {
        _output.WriteTag(field, WireFormat.WireType.Fixed32);
        _output.WriteFloat(value);
    }

    public void Text(int field, string value)
    {
        _output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        _output.WriteString(value);
    }

    public void Message(int field, Action<ProtoMessage> write) => Bytes(field, Of(write));

    public void Bytes(int field, ReadOnlyMemory<byte> value)
    {
        _output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        _output.WriteBytes(UnsafeByteOperations.UnsafeWrap(value));
    }

    /// <summary>The beginning of a field whose bytes follow from elsewhere.</summary>
    public void Begin(int field, int lengthBytes)
    {
        _output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        _output.WriteLength(lengthBytes);
    }

    public void Dispose()
    {
        _output.Dispose();
        _stream.Dispose();
    }

    private ReadOnlyMemory<byte> ToMemory()
    {
        _output.Flush();
        return _stream.GetBuffer().AsMemory(0, (int)_stream.Length);
    }
}
