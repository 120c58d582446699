using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Runtime;

/// <summary>Whether a program's preparation still holds: no persistent buffer that it read has changed since, whoever changed it. Allocates nothing.</summary>
internal sealed class PreparedState
{
    private readonly VersionedBuffer[] _read, _written;
    private readonly long[] _readVersions;
    private readonly bool _hasPreparation;
    private bool _isPrepared;

    public PreparedState(PersistentMemory memory, ExecutionPlan plan)
    {
        VersionedBuffer[] BuffersOf(IEnumerable<PlanStep> steps, Func<PlanAccess, bool> which) =>
            steps.SelectMany(step => step.Accesses).Where(which).Select(access => plan.Buffers[access.Range.Buffer].Persistent).OfType<PersistentBuffer>().Distinct().Select(memory.Of).ToArray();
        _hasPreparation = plan.Preparation.Count > 0;
        _read = BuffersOf(plan.Preparation, _ => true);
        _written = BuffersOf(plan.Steps, access => access.Access != KernelAccess.Read);
        _readVersions = new long[_read.Length];
    }

    /// <summary>Whether the preparation must be done before the next step.</summary>
    public bool IsNeeded
    {
        get
        {
            if (!_hasPreparation) return false;
            bool isNeeded = !_isPrepared;
            for (int i = 0; i < _read.Length; i++) isNeeded |= _read[i].Version != _readVersions[i];
            return isNeeded;
        }
    }

    /// <summary>Notes that the preparation was handed to the device.</summary>
    public void NotePrepared()
    {
        _isPrepared = true;
        for (int i = 0; i < _read.Length; i++) _readVersions[i] = _read[i].Version;
    }

    /// <summary>Notes that a step is handed to the device: what it writes has changed for every other program.</summary>
    public void NoteStep()
    {
        foreach (VersionedBuffer buffer in _written) buffer.Version++;
    }

    /// <summary>Has the preparation done again.</summary>
    public void Forget() => _isPrepared = false;
}
