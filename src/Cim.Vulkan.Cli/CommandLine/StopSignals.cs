using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;

namespace Cim.Vulkan.Cli;

/// <summary>
/// SIGINT and SIGTERM as a wish to stop: the first asks the command to come to its end, the second says that it was heard, the third ends the
/// process at once. Whatever is on the disk is whole at any moment, so even that loses no more than the steps since the last checkpoint.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private const int LastPatient = 2;

    private readonly CancellationTokenSource _wanted = new();
    private readonly PosixSignalRegistration[] _registrations;
    private readonly TextWriter _errors;
    private int _heard;

    /// <summary>Listens until disposed.</summary>
    /// <param name="errors">Takes one line a signal.</param>
    public StopSignals(TextWriter errors)
    {
        _errors = errors;
        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Hear), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Hear)];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Wanted => _wanted.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations) registration.Dispose();
        _wanted.Dispose();
    }

    private void Hear(PosixSignalContext context)
    {
        int heard = Interlocked.Increment(ref _heard);
        if (heard > LastPatient) return;
        context.Cancel = true;
        _errors.WriteLine(heard < LastPatient ? "cim: stopping after what is under way" : "cim: still stopping; once more ends at once");
        if (heard == 1) _wanted.Cancel();
    }
}
