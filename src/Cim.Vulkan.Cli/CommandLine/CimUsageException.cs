using System;

namespace Cim.Vulkan.Cli;

/// <summary>Options that do not fit together; the message says which and how to mend it.</summary>
/// <param name="message">One line.</param>
internal sealed class CimUsageException(string message) : Exception(message);
