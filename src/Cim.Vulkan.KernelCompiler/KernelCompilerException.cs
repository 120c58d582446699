using System;

namespace Cim.Vulkan.KernelCompiler;

/// <summary>Something a shader's author can mend; the message says what is wrong and how.</summary>
public sealed class KernelCompilerException : Exception
{
    /// <summary>Carries one message for the user.</summary>
    /// <param name="message">What is wrong and how to mend it.</param>
    public KernelCompilerException(string message) : base(message)
    {
    }
}
