using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Runtime.ExceptionServices;
using System.Threading;
using System.Threading.Tasks;
using Cim.Vulkan.Device;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Runtime;

/// <summary>
/// All pipelines of a plan, made side by side before anything is recorded: compiling them is nearly all of a first start, and drivers do it on
/// the calling thread.
/// </summary>
internal sealed class PipelineSet
{
    private const int ReportMilliseconds = 100;
    // Whoever waits no longer than this need not be told what for.
    private const int SilentMilliseconds = 1000;

    private readonly Dictionary<KernelCall<PlanRange>, ComputePipeline> _pipelines = new(SamePipeline.Instance);

    private PipelineSet()
    {
    }

    /// <summary>Number of different pipelines.</summary>
    public int Count => _pipelines.Count;

    /// <summary>The pipeline of one of the plan's calls.</summary>
    public ComputePipeline this[KernelCall<PlanRange> call] => _pipelines[call];

    /// <summary>Makes the pipelines of a plan on as many threads as there are cores; the calling thread reports.</summary>
    /// <param name="steps">The plan's commands.</param>
    /// <param name="make">Makes one pipeline; called from several threads.</param>
    /// <param name="made">Told how many of how many are made, where it takes long; null for nobody.</param>
    /// <param name="cancellation">Ends after the pipelines under way.</param>
    /// <param name="mostThreads">Fewer threads than there are cores.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static PipelineSet Make(IReadOnlyList<PlanStep> steps, Func<KernelCall<PlanRange>, ComputePipeline> make, Action<int, int>? made, CancellationToken cancellation,
        int mostThreads = int.MaxValue)
    {
        KernelCall<PlanRange>[] calls = steps.OfType<DispatchStep>().Select(step => step.Call).Distinct(SamePipeline.Instance).ToArray();
        var work = new Work(calls, make, cancellation);
        Task[] threads = Enumerable.Range(0, Math.Min(Math.Min(Environment.ProcessorCount, mostThreads), calls.Length))
            .Select(_ => Task.Factory.StartNew(work.Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
        Report(threads, work, made);
        work.Failure?.Throw();
        cancellation.ThrowIfCancellationRequested();
        var set = new PipelineSet();
        for (int i = 0; i < calls.Length; i++) set._pipelines.Add(calls[i], work.Pipelines[i]);
        return set;
    }

    /// <summary>
    /// How many threads may make a device's pipelines. CPU drivers get one: they compile at the first launch anyway, and Mesa 22's corrupts its heap when two
    /// threads make pipelines.
    /// </summary>
    /// <param name="device">The device.</param>
    public static int MostThreads(GpuDevice device) => device.Capabilities.IsCpu ? 1 : int.MaxValue;

    // A driver cannot be interrupted, so even a cancelled or failed set waits for what each thread has begun: one pipeline.
    private static void Report(Task[] threads, Work work, Action<int, int>? made)
    {
        var clock = Stopwatch.StartNew();
        bool told = false;
        while (!Task.WaitAll(threads, ReportMilliseconds))
        {
            if (made is null || clock.ElapsedMilliseconds < SilentMilliseconds) continue;
            made(work.Made, work.Pipelines.Length);
            told = true;
        }
        if (told) made!(work.Made, work.Pipelines.Length);
    }

    private sealed class Work
    {
        private readonly KernelCall<PlanRange>[] _calls;
        private readonly Func<KernelCall<PlanRange>, ComputePipeline> _make;
        private readonly CancellationToken _cancellation;
        private ExceptionDispatchInfo? _failure;
        private int _next = -1;
        private int _made;

        public Work(KernelCall<PlanRange>[] calls, Func<KernelCall<PlanRange>, ComputePipeline> make, CancellationToken cancellation)
        {
            (_calls, _make, _cancellation) = (calls, make, cancellation);
            Pipelines = new ComputePipeline[calls.Length];
        }

        public ComputePipeline[] Pipelines { get; }

        public int Made => Volatile.Read(ref _made);

        public ExceptionDispatchInfo? Failure => Volatile.Read(ref _failure);

        public void Run()
        {
            while (Failure is null && !_cancellation.IsCancellationRequested)
            {
                int i = Interlocked.Increment(ref _next);
                if (i >= _calls.Length) return;
                try
                {
                    Pipelines[i] = _make(_calls[i]);
                    Interlocked.Increment(ref _made);
                }
                catch (Exception error)
                {
                    // The first failure is told, others would say the same of the same driver.
                    Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(error), null);
                }
            }
        }
    }

    private sealed class SamePipeline : IEqualityComparer<KernelCall<PlanRange>>
    {
        public static SamePipeline Instance { get; } = new();

        public bool Equals(KernelCall<PlanRange>? x, KernelCall<PlanRange>? y) => ReferenceEquals(x, y)
            || (x is not null && y is not null && ReferenceEquals(x.Kernel, y.Kernel) && x.RequiredSubgroupSize == y.RequiredSubgroupSize
                && x.Specialization.AsSpan().SequenceEqual(y.Specialization));

        public int GetHashCode(KernelCall<PlanRange> call)
        {
            var hash = new HashCode();
            hash.Add(call.Kernel.Name);
            hash.Add(call.RequiredSubgroupSize);
            foreach (uint value in call.Specialization) hash.Add(value);
            return hash.ToHashCode();
        }
    }
}
