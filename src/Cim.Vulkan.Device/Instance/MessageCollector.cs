using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using Silk.NET.Vulkan;

namespace Cim.Vulkan.Device;

/// <summary>Receives the messages of the validation layer and keeps them; the driver may call it from any thread.</summary>
internal sealed unsafe class MessageCollector
{
    private readonly List<ValidationMessage> _messages = new();
    private readonly Action<ValidationMessage>? _onMessage;
    private readonly DebugUtilsMessengerCallbackFunctionEXT _callback;

    public MessageCollector(Action<ValidationMessage>? onMessage)
    {
        _onMessage = onMessage;
        // The field keeps the delegate alive as long as native code holds its pointer.
        _callback = Receive;
    }

    public IReadOnlyList<ValidationMessage> Snapshot()
    {
        lock (_messages) return _messages.ToArray();
    }

    public IReadOnlyList<ValidationMessage> Drain()
    {
        lock (_messages)
        {
            var all = _messages.ToArray();
            _messages.Clear();
            return all;
        }
    }

    public DebugUtilsMessengerCreateInfoEXT CreateInfo() => new()
    {
        SType = StructureType.DebugUtilsMessengerCreateInfoExt,
        MessageSeverity = DebugUtilsMessageSeverityFlagsEXT.ErrorBitExt | DebugUtilsMessageSeverityFlagsEXT.WarningBitExt,
        MessageType = DebugUtilsMessageTypeFlagsEXT.ValidationBitExt,
        PfnUserCallback = new PfnDebugUtilsMessengerCallbackEXT(_callback),
    };

    private uint Receive(DebugUtilsMessageSeverityFlagsEXT severity, DebugUtilsMessageTypeFlagsEXT types,
        DebugUtilsMessengerCallbackDataEXT* data, void* userData)
    {
        var isError = (severity & DebugUtilsMessageSeverityFlagsEXT.ErrorBitExt) != 0;
        Add(new ValidationMessage(isError, Text(data->PMessageIdName), Text(data->PMessage)));
        return Vk.False;
    }

    private void Add(ValidationMessage message)
    {
        lock (_messages) _messages.Add(message);
        try
        {
            _onMessage?.Invoke(message);
        }
#pragma warning disable CA1031 // An exception that leaves a callback of native code ends the process.
        catch (Exception e)
#pragma warning restore CA1031
        {
            lock (_messages) _messages.Add(new ValidationMessage(true, "OnMessage", $"The OnMessage handler threw {e.GetType().Name}: {e.Message}"));
        }
    }

    private static string Text(byte* text) => text is null ? "" : Marshal.PtrToStringUTF8((IntPtr)text) ?? "";
}
