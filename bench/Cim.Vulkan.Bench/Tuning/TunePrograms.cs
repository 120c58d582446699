using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using Cim.Vulkan.Device;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Runtime;

namespace Cim.Vulkan.Bench;

/// <summary>Candidates as programs on a device, a few of them loaded at a time.</summary>
internal sealed class TunePrograms : ITuneCandidates, IDisposable
{
    // As many as the last rounds of a search take turns with.
    private const int MostLoaded = 4;
    private const uint NotANumber = 0x7FC0BEEF;

    private readonly GpuDevice _device;
    private readonly TuneWork _work;
    private readonly IReadOnlyList<(KernelChoice Choice, ExecutionPlan Plan)> _plans;
    private readonly ProgramOptions _options;
    private readonly PersistentMemory _memory;
    private readonly List<(int Candidate, Program Program)> _loaded = [];
    private int _compiled;
    private float[]? _own;

    public TunePrograms(GpuDevice device, TuneWork work, TunePlans plans, ProgramOptions options)
    {
        (_device, _work, _plans) = (device, work, plans.Plans);
        _options = options with { Name = work.Op, TimeLaunches = device.Capabilities.Limits.TimestampValidBits > 0 };
        _memory = new PersistentMemory(device);
    }

    public int Count => _plans.Count;

    // Of the op alone: what surrounds a gradient is no part of it.
    public double? Time(int candidate)
    {
        if (Load(candidate) is not { } program) return null;
        program.BeginStep();
        long start = Stopwatch.GetTimestamp();
        program.Wait(program.Submit());
        return program.Timings?.Read().Where(launch => launch.Label.StartsWith($"{_work.Op}_", StringComparison.Ordinal)).Sum(launch => launch.Milliseconds)
            ?? Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    public bool IsRight(int candidate)
    {
        _own ??= Result(0);
        float[] result = Result(candidate);
        double bound = _work.Tolerance * _own.Max(Math.Abs);
        for (int i = 0; i < result.Length; i++)
            if (!(Math.Abs(result[i] - _own[i]) <= bound)) return false;
        return true;
    }

    public void Dispose()
    {
        foreach ((_, Program program) in _loaded) program.Dispose();
        _memory.Dispose();
    }

    private float[] Result(int candidate)
    {
        Program program = Load(candidate) ?? throw new InvalidOperationException($"{_work}: a candidate that was timed cannot be loaded again");
        // Memory is handed on from candidate to candidate: what one leaves out must not be what another wrote there.
        program.FillArena(NotANumber);
        program.BeginStep();
        program.Wait(program.Submit());
        return program.Read<float>("result");
    }

    private Program? Load(int candidate)
    {
        int at = _loaded.FindIndex(entry => entry.Candidate == candidate);
        (int Candidate, Program Program) entry;
        if (at >= 0)
        {
            entry = _loaded[at];
            _loaded.RemoveAt(at);
        }
        else
        {
            if (_loaded.Count == MostLoaded)
            {
                _loaded[0].Program.Dispose();
                _loaded.RemoveAt(0);
            }
            CompileUpTo(candidate);
            try
            {
                entry = (candidate, Program.Load(_memory, _plans[candidate].Plan, _options));
            }
            catch (VulkanException exception) when (exception is not DeviceLostException && candidate > 0)
            {
                return null;
            }
            Fill(entry.Program);
        }
        _loaded.Add(entry);
        return entry.Program;
    }

    // The next few side by side. What a driver does not take shows when it is loaded.
    private void CompileUpTo(int candidate)
    {
        if (candidate < _compiled) return;
        _compiled = Math.Min(Count, candidate + Environment.ProcessorCount);
        try
        {
            Program.MakePipelines(_device, _plans.Skip(candidate).Take(_compiled - candidate).Select(entry => entry.Plan), _options);
        }
        catch (VulkanException exception) when (exception is not DeviceLostException)
        {
        }
    }

    // Both slots keep what is written here; the same numbers for every candidate.
    private static void Fill(Program program)
    {
        for (int slot = 0; slot < Program.SlotCount; slot++)
        {
            program.BeginStep();
            var random = new Random(1);
            foreach (PlanTensor input in program.Plan.Inputs)
                foreach (ref float value in program.Input<float>(input.Name)) value = random.NextSingle() - 0.5f;
            program.Wait(program.Submit());
        }
    }
}
