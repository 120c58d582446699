using System;

namespace Cim.Vulkan.Onnx;

/// <summary>A graph that has no ONNX form; the message says which op, and why.</summary>
public sealed class OnnxException : Exception
{
    /// <summary>Says what has no form.</summary>
    /// <param name="message">One line.</param>
    public OnnxException(string message)
        : base(message)
    {
    }
}
