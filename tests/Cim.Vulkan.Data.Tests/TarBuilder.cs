using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Cim.Vulkan.Data.Tests;

/// <summary>Writes tar archives header by header, so that tests can write wrong ones.</summary>
internal sealed class TarBuilder
{
    private readonly List<byte> _bytes = [];

    public TarBuilder File(string name, byte[] content) => Entry(name, '0', content, content.Length);

    public TarBuilder File(string name, string content) => File(name, Encoding.UTF8.GetBytes(content));

    public TarBuilder Entry(string name, char type, byte[] content, long size)
    {
        var header = new byte[512];
        Encoding.UTF8.GetBytes(name).AsSpan().CopyTo(header);
        Write(header, 100, "0000644\0");
        Write(header, 124, Convert.ToString(size, 8).PadLeft(11, '0') + "\0");
        header[156] = (byte)type;
        Write(header, 257, "ustar\000");
        Write(header, 148, "        ");
        var sum = 0;
        foreach (var value in header) sum += value;
        Write(header, 148, Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ");
        _bytes.AddRange(header);
        _bytes.AddRange(content);
        _bytes.AddRange(new byte[(512 - content.Length % 512) % 512]);
        return this;
    }

    public TarBuilder Pax(string key, string value)
    {
        var body = Encoding.UTF8.GetBytes($" {key}={value}\n");
        // The length counts its own digits.
        var length = body.Length + 1;
        while (length < body.Length + length.ToString(CultureInfo.InvariantCulture).Length) length++;
        byte[] bytes = [.. Encoding.ASCII.GetBytes(length.ToString(CultureInfo.InvariantCulture)), .. body];
        return Entry("pax", 'x', bytes, bytes.Length);
    }

    public TarBuilder End()
    {
        _bytes.AddRange(new byte[1024]);
        return this;
    }

    public string Save(string path)
    {
        System.IO.File.WriteAllBytes(path, _bytes.ToArray());
        return path;
    }

    private static void Write(byte[] header, int at, string text) => Encoding.ASCII.GetBytes(text).CopyTo(header, at);
}
