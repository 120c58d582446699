using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using Silk.NET.Vulkan;
using VkSemaphore = Silk.NET.Vulkan.Semaphore;

namespace Cim.Vulkan.Device;

public sealed unsafe partial class GpuDevice
{
    private const int RememberedSubmissions = 8;
    private const int MaxCommandBuffersPerSubmit = 256;

    private readonly VkSemaphore _timeline;
    // The last submissions, for the message of a device loss: a ring, so that submitting allocates nothing.
    private readonly RecordedCommands?[] _lastSubmissions = new RecordedCommands?[RememberedSubmissions];
    private int _nextSubmission;
    private ulong _lastSubmitted;
    private ulong _lastCompleted;

    /// <summary>The value that the newest submission will signal; 0 before the first.</summary>
    public ulong LastSubmittedValue
    {
        get
        {
            lock (_handles.QueueLock) return _lastSubmitted;
        }
    }

    /// <summary>The newest timeline value that the device has finished.</summary>
    public ulong CompletedValue
    {
        get
        {
            ThrowIfDisposed();
            return ReadTimeline();
        }
    }

    /// <summary>Submits recorded commands in order with one call and returns the timeline value that tells when all are done; allocates nothing.</summary>
    /// <exception cref="InvalidOperationException">One of them is still running, appears twice, or belongs to another device.</exception>
    public ulong Submit(ReadOnlySpan<RecordedCommands> commands)
    {
        ThrowIfDisposed();
        if (commands.Length is 0 or > MaxCommandBuffersPerSubmit) throw new ArgumentException($"A submit takes 1 to {MaxCommandBuffersPerSubmit} recorded commands, got {commands.Length}.", nameof(commands));
        var buffers = stackalloc CommandBuffer[commands.Length];
        lock (_handles.QueueLock)
        {
            var value = _lastSubmitted + 1;
            for (var i = 0; i < commands.Length; i++)
            {
                Claim(commands, i);
                buffers[i] = commands[i].Handle;
            }
            var timeline = _timeline;
            var timelineInfo = new TimelineSemaphoreSubmitInfo
            {
                SType = StructureType.TimelineSemaphoreSubmitInfo,
                SignalSemaphoreValueCount = 1,
                PSignalSemaphoreValues = &value,
            };
            var info = new SubmitInfo
            {
                SType = StructureType.SubmitInfo,
                PNext = &timelineInfo,
                CommandBufferCount = (uint)commands.Length,
                PCommandBuffers = buffers,
                SignalSemaphoreCount = 1,
                PSignalSemaphores = &timeline,
            };
            Remember(commands);
            Api.Submit(_handles.Queue, &info);
            _lastSubmitted = value;
            foreach (var recorded in commands) recorded.RunningUntil = value;
            return value;
        }
    }

    /// <summary>Submits one recording.</summary>
    public ulong Submit(RecordedCommands commands) => Submit(MemoryMarshal.CreateReadOnlySpan(ref commands, 1));

    /// <summary>True when the device has finished the work of a timeline value.</summary>
    public bool IsComplete(ulong value) => value <= _lastCompleted || value <= CompletedValue;

    /// <summary>Waits for a timeline value, at most <see cref="GpuDeviceOptions.WaitTimeout"/>.</summary>
    /// <param name="value">A value that Submit returned.</param>
    /// <param name="what">What is waited for, for the message of the exception.</param>
    /// <exception cref="DeviceTimeoutException">The time ran out.</exception>
    public void Wait(ulong value, string what) => Wait(value, what, _options.WaitTimeout);

    /// <summary>Waits for a timeline value, at most the given time.</summary>
    /// <exception cref="DeviceTimeoutException">The time ran out.</exception>
    public void Wait(ulong value, string what, TimeSpan timeout)
    {
        ThrowIfDisposed();
        if (value > LastSubmittedValue) throw new ArgumentOutOfRangeException(nameof(value), value, $"Nothing was submitted that signals this value ({what}).");
        if (!Api.TryWait(Handle, _timeline, value, (ulong)Math.Max(0, timeout.Ticks) * 100UL))
        {
            throw new DeviceTimeoutException(
                $"{Capabilities.Name} did not finish {what} within {timeout.TotalSeconds:0.###} s (at {ReadTimeline()} of {value}); " +
                "cut the work into smaller submits or raise WaitTimeout.");
        }
        if (value > _lastCompleted) _lastCompleted = value;
        lock (_disposeLock)
        {
            if (!_disposed) CollectRetired();
        }
    }

    /// <summary>Waits for all submitted work.</summary>
    public void WaitIdle(string what) => Wait(LastSubmittedValue, what);

    private void Claim(ReadOnlySpan<RecordedCommands> commands, int index)
    {
        var recorded = commands[index];
        if (recorded is null) throw new ArgumentException("A recording is null.", nameof(commands));
        if (recorded.Device != this) throw new InvalidOperationException($"\"{recorded.Label}\" was recorded on another device.");
        if (recorded.IsDisposed) throw new ObjectDisposedException(nameof(RecordedCommands), $"\"{recorded.Label}\" is disposed.");
        for (var i = 0; i < index; i++)
        {
            if (ReferenceEquals(commands[i], recorded)) throw new InvalidOperationException($"\"{recorded.Label}\" appears twice in one submit.");
        }
        if (recorded.RunningUntil > _lastCompleted && recorded.RunningUntil > ReadTimeline())
        {
            throw new InvalidOperationException($"\"{recorded.Label}\" is still running; wait for value {recorded.RunningUntil} before it is submitted again.");
        }
    }

    private ulong ReadTimeline()
    {
        var value = Api.TimelineValue(Handle, _timeline);
        if (value > _lastCompleted) _lastCompleted = value;
        return value;
    }

    private void Remember(ReadOnlySpan<RecordedCommands> commands)
    {
        foreach (var recorded in commands)
        {
            _lastSubmissions[_nextSubmission] = recorded;
            _nextSubmission = (_nextSubmission + 1) % RememberedSubmissions;
        }
    }

    private string[] LastLaunches()
    {
        var labels = new List<string>();
        for (var i = 0; i < RememberedSubmissions; i++)
        {
            var recorded = _lastSubmissions[(_nextSubmission + i) % RememberedSubmissions];
            if (recorded is null || recorded.RunningUntil != 0 && recorded.RunningUntil <= _lastCompleted) continue;
            labels.Add(recorded.Describe());
        }
        return labels.ToArray();
    }

    /// <summary>Destroys retired children whose work is done; the caller holds the dispose lock.</summary>
    private void CollectRetired()
    {
        while (Children.NextFinished(_lastCompleted) is { } done) done.DestroyHandles();
        if (_lastSubmitted == _lastCompleted) return;
        var completed = ReadTimeline();
        while (Children.NextFinished(completed) is { } done) done.DestroyHandles();
    }
}
