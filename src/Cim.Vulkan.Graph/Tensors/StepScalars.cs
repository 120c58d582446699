using System;
using System.Collections.Generic;

namespace Cim.Vulkan.Graph;

/// <summary>One number that changes from step to step without the recorded commands changing: learning rate, temperature, step number.</summary>
/// <param name="Name">Unique within its graph.</param>
/// <param name="Slot">Position of its 32 bits in the step-scalar tensor.</param>
public sealed record StepScalar(string Name, int Slot);

/// <summary>
/// The small tensor of 32-bit words that the host fills before each step. The first three are always there:
/// the seed's two halves and the step number, which key every random draw.
/// </summary>
public sealed class StepScalars
{
    /// <summary>Words in the tensor; one 256-byte line.</summary>
    public const int Capacity = 64;

    /// <summary>Slot of the seed's low 32 bits; the high ones follow.</summary>
    public const int SeedSlot = 0;

    /// <summary>Slot of the step number.</summary>
    public const int StepSlot = 2;

    private readonly List<StepScalar> _scalars = new();

    internal StepScalars(Tensor tensor)
    {
        Tensor = tensor;
        _scalars.Add(new StepScalar("seed_low", SeedSlot));
        _scalars.Add(new StepScalar("seed_high", SeedSlot + 1));
        _scalars.Add(new StepScalar("step", StepSlot));
    }

    /// <summary>The words themselves: <c>uint [64]</c>, bound by kernels as <c>step_scalars</c>.</summary>
    public Tensor Tensor { get; }

    /// <summary>All declared scalars in slot order.</summary>
    public IReadOnlyList<StepScalar> Declared => _scalars;

    /// <summary>Declares a scalar, or returns the one already declared under that name.</summary>
    /// <param name="name">Unique within the graph.</param>
    /// <exception cref="InvalidOperationException">All <see cref="Capacity"/> slots are taken.</exception>
    public StepScalar Declare(string name)
    {
        foreach (StepScalar known in _scalars)
            if (known.Name == name) return known;
        if (_scalars.Count == Capacity) throw new InvalidOperationException($"step scalars: all {Capacity} slots are taken, no room for {name}");
        var scalar = new StepScalar(name, _scalars.Count);
        _scalars.Add(scalar);
        return scalar;
    }
}
