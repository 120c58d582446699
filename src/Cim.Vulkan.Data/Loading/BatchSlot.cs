using System;
using System.Runtime.ExceptionServices;

namespace Cim.Vulkan.Data;

/// <summary>A place of the loader's ring: a batch and how far it is. All members are used under the loader's lock.</summary>
internal sealed class BatchSlot(ImageBatch batch)
{
    private int _pendingRows;
    private int _failedRow;
    private Exception? _error;

    public ImageBatch Batch => batch;

    /// <summary>The number of the batch counted from the first epoch on; -1 before the first use.</summary>
    public long Number { get; private set; } = -1;

    public int[] Order { get; private set; } = [];

    public bool IsReady(long number) => Number == number && _pendingRows == 0;

    public void Begin(long number, int[] order) => (Number, Order, _pendingRows, _error) = (number, order, batch.BatchSize, null);

    /// <summary>Makes the slot unused, so that an old batch of the same number is not taken for a new one.</summary>
    public void Forget() => Number = -1;

    /// <summary>Of several errors that of the first row counts, so that the same run reports the same error.</summary>
    public void Finish(int row, Exception? error)
    {
        _pendingRows--;
        if (error is null || _error is not null && _failedRow < row) return;
        (_failedRow, _error) = (row, error);
    }

    public void ThrowIfFailed()
    {
        if (_error is not null) ExceptionDispatchInfo.Throw(_error);
    }
}
