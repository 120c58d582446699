using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>
/// Finds the commands that would compute the same step after step: they read constants, persistent buffers that no command of the plan writes, and
/// results of such commands, nothing else. Inputs are never steady, hence neither random draws nor anything that knows the step's number.
/// </summary>
internal sealed class SteadyWork
{
    // Results are kept from step to step: as many bytes as this times what they are made of, or they are computed again each step.
    private const int MostGrowth = 2;

    private readonly StorageMap _storage;
    private readonly HashSet<Tensor> _outputs;
    private readonly Dictionary<Tensor, int> _writers = new();
    private readonly HashSet<PersistentBuffer> _changing = new();
    private readonly Dictionary<Tensor, long> _madeOfBytes = new();
    private readonly List<LoweredStep> _preparation = new(), _steps = new();

    private SteadyWork(StorageMap storage, IEnumerable<Tensor> outputs)
    {
        _storage = storage;
        _outputs = new HashSet<Tensor>(outputs.Select(RootOf));
    }

    /// <summary>What is done once, in order.</summary>
    public IReadOnlyList<LoweredStep> Preparation => _preparation;

    /// <summary>What is done each step, in order.</summary>
    public IReadOnlyList<LoweredStep> Steps => _steps;

    /// <summary>What the steps read of the preparation's results.</summary>
    public IEnumerable<Tensor> Kept => _steps.SelectMany(step => step.Touched).Select(RootOf).Where(_madeOfBytes.ContainsKey).Distinct();

    /// <summary>Splits lowered commands.</summary>
    public static SteadyWork Find(IReadOnlyList<LoweredStep> lowered, StorageMap storage, IEnumerable<Tensor> outputs)
    {
        var work = new SteadyWork(storage, outputs);
        foreach (LoweredStep step in lowered) work.NoteWrites(step);
        foreach (LoweredStep step in lowered) (work.TryKeep(step) ? work._preparation : work._steps).Add(step);
        return work;
    }

    /// <summary>Leaves every command in the step.</summary>
    public static SteadyWork None(IReadOnlyList<LoweredStep> lowered, StorageMap storage)
    {
        var work = new SteadyWork(storage, Enumerable.Empty<Tensor>());
        work._steps.AddRange(lowered);
        return work;
    }

    private Tensor RootOf(Tensor tensor) => _storage.Resolve(tensor).Root;

    private void NoteWrites(LoweredStep step)
    {
        foreach (Tensor root in step.Touched.Where((_, i) => step.AccessOf(i) != KernelAccess.Read).Select(RootOf).Distinct())
        {
            _writers[root] = _writers.TryGetValue(root, out int count) ? count + 1 : 1;
            if (root.Buffer is not null) _changing.Add(root.Buffer);
        }
    }

    // Commands come in order: what one reads was looked at before.
    private bool TryKeep(LoweredStep step)
    {
        if (step.Op.Mutated.Count > 0) return false;
        var read = new Dictionary<Tensor, long>();
        var written = new HashSet<Tensor>();
        for (int i = 0; i < step.Touched.Length; i++)
        {
            Tensor root = RootOf(step.Touched[i]);
            if (step.AccessOf(i) == KernelAccess.Read)
            {
                if (SteadyBytes(step.Touched[i], root) is not { } bytes) return false;
                read[root] = bytes;
            }
            else if (step.AccessOf(i) == KernelAccess.Write && IsOwn(root)) written.Add(root);
            else return false;
        }
        long madeOf = read.Values.Sum();
        if (written.Sum(_storage.SizeBytesOf) > MostGrowth * madeOf) return false;
        foreach (Tensor root in written) _madeOfBytes.Add(root, madeOf);
        return true;
    }

    // Bytes of constants and persistent buffers behind an operand; null where it changes from step to step.
    private long? SteadyBytes(Tensor operand, Tensor root) => root.Source switch
    {
        TensorSource.Constant => operand.SizeBytes,
        TensorSource.Persistent when !_changing.Contains(root.Buffer!) => operand.SizeBytes,
        TensorSource.Op or TensorSource.Scratch when _madeOfBytes.TryGetValue(root, out long bytes) => bytes,
        _ => null,
    };

    private bool IsOwn(Tensor root) => root.Source is TensorSource.Op or TensorSource.Scratch && _writers[root] == 1 && !_outputs.Contains(root);
}
