using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>What memory a plan's buffer is.</summary>
public enum PlanBufferKind
{
    /// <summary>Reused within a step, worthless after it.</summary>
    Arena,

    /// <summary>All inputs, filled by the host before a step.</summary>
    Inputs,

    /// <summary>All constants, filled once.</summary>
    Constants,

    /// <summary>A <see cref="PersistentBuffer"/>, shared with other programs.</summary>
    Persistent,

    /// <summary>Written by the preparation, read by every step.</summary>
    Prepared,
}

/// <summary>One buffer of a plan.</summary>
/// <param name="Index">Position in <see cref="ExecutionPlan.Buffers"/>.</param>
/// <param name="Kind">What memory it is.</param>
/// <param name="Name">For listings.</param>
/// <param name="SizeBytes">Size.</param>
/// <param name="Persistent">Whose memory it is, for <see cref="PlanBufferKind.Persistent"/>.</param>
public sealed record PlanBuffer(int Index, PlanBufferKind Kind, string Name, long SizeBytes, PersistentBuffer? Persistent = null);

/// <summary>A range of one of the plan's buffers.</summary>
/// <param name="Buffer">Index of the buffer.</param>
/// <param name="OffsetBytes">First byte.</param>
/// <param name="SizeBytes">Length.</param>
public readonly record struct PlanRange(int Buffer, long OffsetBytes, long SizeBytes)
{
    /// <summary>Whether two ranges share a byte.</summary>
    /// <param name="other">The other range.</param>
    public bool Overlaps(PlanRange other) =>
        Buffer == other.Buffer && OffsetBytes < other.OffsetBytes + other.SizeBytes && other.OffsetBytes < OffsetBytes + SizeBytes;
}

/// <summary>A range and what is done with it.</summary>
/// <param name="Range">The bytes.</param>
/// <param name="Access">Read, written or both.</param>
public readonly record struct PlanAccess(PlanRange Range, KernelAccess Access)
{
    /// <summary>Whether the order of the two matters: they share bytes and one writes.</summary>
    /// <param name="other">The other access.</param>
    public bool Conflicts(PlanAccess other) => (Access != KernelAccess.Read || other.Access != KernelAccess.Read) && Range.Overlaps(other.Range);
}

/// <summary>One command of a plan.</summary>
/// <param name="Label">The op and its number, for captures, timings and error messages.</param>
/// <param name="Accesses">Everything the command touches, in binding order.</param>
public abstract record PlanStep(string Label, IReadOnlyList<PlanAccess> Accesses)
{
    /// <summary>Whether all earlier commands' writes must be visible before this one starts.</summary>
    public bool BarrierBefore { get; init; }
}

/// <summary>A kernel launch.</summary>
/// <param name="Label">The op and its number.</param>
/// <param name="Accesses">One a binding, in binding order.</param>
/// <param name="Call">Kernel, push constants and specialization; its operands are the ranges.</param>
/// <param name="GroupsX">Workgroups along x.</param>
/// <param name="GroupsY">Workgroups along y.</param>
/// <param name="GroupsZ">Workgroups along z.</param>
/// <param name="Flops">Floating-point operations, a multiply-add counted as two; 0 where not stated.</param>
public sealed record DispatchStep(string Label, IReadOnlyList<PlanAccess> Accesses, KernelCall<PlanRange> Call, uint GroupsX, uint GroupsY, uint GroupsZ, double Flops)
    : PlanStep(Label, Accesses)
{
    /// <summary>Bytes bound by the launch: what it must move at least, where every element is touched once.</summary>
    // A range that stands in for an operand that is switched off is bound a second time.
    public long Bytes => Accesses.Distinct().Sum(access => access.Range.SizeBytes * (access.Access == KernelAccess.ReadWrite ? 2 : 1));
}

/// <summary>Fills a range with one 32-bit word.</summary>
/// <param name="Label">The op and its number.</param>
/// <param name="Target">The bytes.</param>
/// <param name="Word">The word.</param>
public sealed record FillStep(string Label, PlanRange Target, uint Word) : PlanStep(Label, new[] { new PlanAccess(Target, KernelAccess.Write) });

/// <summary>Copies a range.</summary>
/// <param name="Label">The op and its number.</param>
/// <param name="Source">From.</param>
/// <param name="Target">To, of the same length.</param>
public sealed record CopyStep(string Label, PlanRange Source, PlanRange Target)
    : PlanStep(Label, new[] { new PlanAccess(Source, KernelAccess.Read), new PlanAccess(Target, KernelAccess.Write) });

/// <summary>A tensor that the host reads or writes, with its place.</summary>
/// <param name="Name">The input's or output's name.</param>
/// <param name="Tensor">The tensor.</param>
/// <param name="Range">Its bytes.</param>
public sealed record PlanTensor(string Name, Tensor Tensor, PlanRange Range);

/// <summary>A step as data: commands with buffer ranges, accesses and barriers, and nothing else.</summary>
/// <param name="Buffers">Every buffer that a command touches.</param>
/// <param name="Preparation">
/// Commands in order that are done before the first step, and again before a step where a persistent buffer that they read has changed since.
/// </param>
/// <param name="Steps">Commands of each step in order.</param>
/// <param name="Inputs">What the host fills before each step.</param>
/// <param name="Constants">What the host fills once.</param>
/// <param name="Outputs">What stays readable after a step.</param>
/// <param name="Memory">How much memory, and where it goes.</param>
public sealed record ExecutionPlan(IReadOnlyList<PlanBuffer> Buffers, IReadOnlyList<PlanStep> Preparation, IReadOnlyList<PlanStep> Steps, IReadOnlyList<PlanTensor> Inputs,
    IReadOnlyList<PlanTensor> Constants, IReadOnlyList<PlanTensor> Outputs, PlanMemory Memory)
{
    /// <summary>Preparation and steps, for whoever looks at all commands and not at when they run.</summary>
    public IEnumerable<PlanStep> AllCommands => Preparation.Concat(Steps);

    /// <summary>The plan with the commands of its step several times in a row, for measuring what is over too soon by itself.</summary>
    /// <param name="times">How often.</param>
    public ExecutionPlan Repeated(int times) => this with { Steps = BarrierPlacer.Place(Enumerable.Repeat(Steps, times).SelectMany(steps => steps).ToArray()) };
}

/// <summary>One tensor's stay in the arena, or among what is prepared.</summary>
/// <param name="Name">The tensor.</param>
/// <param name="Range">Its bytes.</param>
/// <param name="FirstStep">The first command that touches it.</param>
/// <param name="LastStep">The last command that touches it.</param>
public sealed record ArenaTensor(string Name, PlanRange Range, int FirstStep, int LastStep);

/// <summary>The memory of a plan.</summary>
/// <param name="ArenaBytes">Size of all arena buffers.</param>
/// <param name="PeakLiveBytes">The largest sum of live tensors at any command: no arena can be smaller.</param>
/// <param name="PersistentBytes">Size of all persistent buffers.</param>
/// <param name="TransferBytes">Size of inputs and constants.</param>
/// <param name="PreparedBytes">Size of what is computed once and kept.</param>
/// <param name="ArenaTensors">Every tensor of the arena.</param>
/// <param name="PreparedTensors">Every tensor that the preparation writes; its commands are the preparation's.</param>
public sealed record PlanMemory(long ArenaBytes, long PeakLiveBytes, long PersistentBytes, long TransferBytes, long PreparedBytes,
    IReadOnlyList<ArenaTensor> ArenaTensors, IReadOnlyList<ArenaTensor> PreparedTensors)
{
    /// <summary>What a program of the plan takes by itself; persistent buffers are shared.</summary>
    public long OwnBytes => ArenaBytes + TransferBytes + PreparedBytes;

    /// <summary>Everything together.</summary>
    public long TotalBytes => OwnBytes + PersistentBytes;
}
