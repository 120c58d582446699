using System.Collections.Generic;

namespace Cim.Vulkan.Training;

/// <summary>
/// The mean loss of the last hundred steps or so, exponentially weighted, by which checkpoints are compared: a single step's loss says more
/// about its pictures than about the weights. Part of a checkpoint, so that a resumed run compares as the whole one does.
/// </summary>
public sealed class LossAverage
{
    private const double Decay = 0.99;
    private const string SumKey = "lossSum", WeightKey = "lossWeight";

    private double _sum;
    private double _weight;

    /// <summary>The mean; null before the first loss.</summary>
    public double? Value => _weight > 0 ? _sum / _weight : null;

    /// <summary>Takes a step's loss; one that is not finite belongs to a skipped step and does not count.</summary>
    /// <param name="loss">The loss.</param>
    public void Add(double loss)
    {
        if (!double.IsFinite(loss)) return;
        _sum = (Decay * _sum) + ((1 - Decay) * loss);
        _weight = (Decay * _weight) + (1 - Decay);
    }

    /// <summary>Adds what <see cref="Restore"/> needs to a checkpoint's numbers.</summary>
    /// <param name="numbers">Of <see cref="CheckpointState.Numbers"/>.</param>
    public void Store(IDictionary<string, double> numbers)
    {
        numbers[SumKey] = _sum;
        numbers[WeightKey] = _weight;
        if (Value is { } value) numbers[CheckpointState.LossKey] = value;
    }

    /// <summary>Goes on from a checkpoint; one without these numbers begins anew.</summary>
    /// <param name="numbers">Of <see cref="CheckpointState.Numbers"/>.</param>
    public void Restore(IReadOnlyDictionary<string, double> numbers)
    {
        _sum = numbers.GetValueOrDefault(SumKey);
        _weight = numbers.GetValueOrDefault(WeightKey);
    }
}
