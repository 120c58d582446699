using System;

namespace Cim.Vulkan.Training;

/// <summary>A file of weights that is damaged, forbidden or not what was asked for; the message is one line that names the file, the fault and what mends it.</summary>
public class WeightsException : Exception
{
    /// <summary>Creates the exception with its one-line message.</summary>
    public WeightsException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception with its one-line message and the error behind it.</summary>
    public WeightsException(string message, Exception? innerException) : base(message, innerException)
    {
    }

    /// <summary>A part of a file as a part of a message: no control characters, bounded, whatever the file says.</summary>
    internal static string OneLine(string text)
    {
        const int Longest = 300;
        string line = string.Create(Math.Min(text.Length, Longest), text, (span, source) =>
        {
            for (int i = 0; i < span.Length; i++) span[i] = char.IsControl(source[i]) || source[i] is '\u2028' or '\u2029' ? ' ' : source[i];
        });
        return text.Length > Longest ? line + "…" : line;
    }
}
