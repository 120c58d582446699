using System;
using System.Threading;

namespace Cim.Vulkan.Data;

/// <summary>
/// Delivers batches of cropped pictures with masks, prepared ahead by background threads into a ring of batches that is allocated once.
/// What is delivered is a pure function of (data set, options, seed, epoch, step), whatever the number of threads. The last pictures of an
/// epoch that fill no batch are left out. A picture that cannot be decoded is replaced by the next one in the epoch's order.
/// </summary>
public sealed class BatchLoader : IDisposable
{
    private static readonly TimeSpan StallLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan JoinLimit = TimeSpan.FromSeconds(10);

    private readonly ImageSource _source;
    private readonly BatchLoaderOptions _options;
    private readonly DecodedImageCache _cache;
    private readonly SkippedImages _skipped;
    private readonly MaskGenerator? _masks;
    private readonly BatchSlot[] _ring;
    private readonly object _gate = new();

    private Thread[] _workers = [];
    private RowPreparer? _ownPreparer;
    private bool _stopping, _disposed, _isHandedOut;
    private long _nextBatch, _claimedBatch, _finishedRows;
    private int _claimedRow;
    private (int Epoch, int[] Order) _order = (-1, []);

    /// <summary>Creates a loader that starts at epoch 0, step 0; threads start with the first <see cref="Next"/>.</summary>
    /// <exception cref="DatasetException">The data set has fewer pictures than a batch.</exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public BatchLoader(ImageSource source, BatchLoaderOptions options)
    {
        options.Validate();
        if (source.Count < options.BatchSize)
            throw new DatasetException(
                $"{source.Description}: fewer than one batch of {options.BatchSize}; add pictures or use a batch size of at most {source.Count}.");
        (_source, _options) = (source, options);
        _cache = new DecodedImageCache(source.Count, options.CacheLimitBytes);
        _skipped = new SkippedImages(options.Skipped);
        _masks = options.Mask is null ? null : new MaskGenerator(options.Mask, options.Seed);
        _ring = new BatchSlot[options.Workers == 0 ? 1 : options.PrefetchBatches + 1];
        for (var i = 0; i < _ring.Length; i++) _ring[i] = new BatchSlot(new ImageBatch(options));
    }

    /// <summary>Room of the crops that are delivered as bytes; null where pictures are resized here.</summary>
    public CropRoom? CropRoom => _options.CropRoom;

    /// <summary>Full batches in an epoch.</summary>
    public int StepsPerEpoch => _source.Count / _options.BatchSize;

    /// <summary>How many different pictures could not be decoded so far.</summary>
    public int SkippedCount => _skipped.Count;

    /// <summary>Continues at <paramref name="step"/> of <paramref name="epoch"/>, to the bit as if all before it had been delivered.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The epoch or the step does not exist.</exception>
    public void StartAt(int epoch, int step)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(step, StepsPerEpoch);
        StopWorkers();
        _nextBatch = _claimedBatch = (long)epoch * StepsPerEpoch + step;
        _claimedRow = 0;
        _isHandedOut = false;
        foreach (var slot in _ring) slot.Forget();
    }

    /// <summary>The next batch; the one delivered before is overwritten from now on.</summary>
    /// <exception cref="ImageDecodeException">With <see cref="BatchLoaderOptions.Strict"/>: a picture of this batch cannot be decoded.</exception>
    /// <exception cref="DatasetException">The data set cannot be read any more, or holds no usable picture at all.</exception>
    /// <exception cref="TimeoutException">No picture was prepared for two minutes.</exception>
    public ImageBatch Next()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ReleaseHandedOut();
        if (_options.Workers == 0) PrepareHere();
        else StartWorkers();
        lock (_gate)
        {
            var slot = SlotOf(_nextBatch);
            WaitUntilReady(slot);
            slot.ThrowIfFailed();
            _isHandedOut = true;
            return slot.Batch;
        }
    }

    /// <summary>Stops the threads and waits for them for a limited time.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        StopWorkers();
    }

    private BatchSlot SlotOf(long batch) => _ring[batch % _ring.Length];

    private void ReleaseHandedOut()
    {
        lock (_gate)
        {
            if (!_isHandedOut) return;
            _isHandedOut = false;
            _nextBatch++;
            Monitor.PulseAll(_gate);
        }
    }

    private void WaitUntilReady(BatchSlot slot)
    {
        while (!slot.IsReady(_nextBatch))
        {
            var before = _finishedRows;
            if (!Monitor.Wait(_gate, StallLimit) && before == _finishedRows)
                throw new TimeoutException(
                    $"no picture was prepared for {StallLimit.TotalSeconds} s; is the storage of '{_source.Description}' still reachable?");
        }
    }

    private bool CanClaim => _claimedBatch < _nextBatch + _ring.Length;

    private void PrepareHere()
    {
        _ownPreparer ??= CreatePreparer();
        while (CanClaim)
        {
            var (slot, row) = Claim();
            PrepareRow(_ownPreparer, slot, row);
        }
    }

    private void Work()
    {
        var preparer = CreatePreparer();
        while (true)
        {
            BatchSlot slot;
            int row;
            lock (_gate)
            {
                while (!_stopping && !CanClaim) Monitor.Wait(_gate);
                if (_stopping) return;
                (slot, row) = Claim();
            }

            PrepareRow(preparer, slot, row);
        }
    }

    /// <summary>Takes the next row to prepare. Called under the lock when <see cref="CanClaim"/>.</summary>
    private (BatchSlot Slot, int Row) Claim()
    {
        var (slot, row) = (SlotOf(_claimedBatch), _claimedRow);
        if (row == 0) Begin(slot, _claimedBatch);
        if (++_claimedRow == _options.BatchSize) (_claimedBatch, _claimedRow) = (_claimedBatch + 1, 0);
        return (slot, row);
    }

    private void Begin(BatchSlot slot, long number)
    {
        var epoch = checked((int)(number / StepsPerEpoch));
        var step = (int)(number % StepsPerEpoch);
        if (_order.Epoch != epoch)
        {
            // Batches of the epoch before may still be in work: they keep their own array.
            var order = new int[_source.Count];
            if (_options.Shuffle) EpochOrder.Fill(order, _options.Seed, epoch);
            else EpochOrder.FillSequential(order);
            _order = (epoch, order);
        }

        slot.Batch.Begin(epoch, step, _masks?.CountFor(epoch, step) ?? 0);
        slot.Begin(number, _order.Order);
    }

    private void PrepareRow(RowPreparer preparer, BatchSlot slot, int row)
    {
        Exception? failure = null;
        try
        {
            preparer.Prepare(slot.Batch, row, slot.Order);
        }
#pragma warning disable CA1031 // Whatever goes wrong on a background thread belongs to the caller of Next.
        catch (Exception error)
#pragma warning restore CA1031
        {
            failure = error;
        }

        lock (_gate)
        {
            _finishedRows++;
            slot.Finish(row, failure);
            if (slot.IsReady(_nextBatch)) Monitor.PulseAll(_gate);
        }
    }

    private RowPreparer CreatePreparer() => new(_source, _options, _cache, _skipped);

    private void StartWorkers()
    {
        if (_workers.Length > 0) return;
        _stopping = false;
        _workers = new Thread[_options.Workers];
        for (var i = 0; i < _workers.Length; i++)
        {
            _workers[i] = new Thread(Work) { IsBackground = true, Name = $"batch loader {i}" };
            _workers[i].Start();
        }
    }

    private void StopWorkers()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.PulseAll(_gate);
        }

        foreach (var worker in _workers)
        {
            if (!worker.Join(JoinLimit) && !_disposed)
                throw new TimeoutException(
                    $"a loader thread did not stop within {JoinLimit.TotalSeconds} s; is the storage of '{_source.Description}' still reachable?");
        }

        _workers = [];
    }
}
