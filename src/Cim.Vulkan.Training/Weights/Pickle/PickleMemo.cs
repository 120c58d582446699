using System;

namespace Cim.Vulkan.Training;

/// <summary>What a pickle remembers under numbers. It grows by pages, for it may be most of what a small file takes.</summary>
internal sealed class PickleMemo(MemoryBudget budget)
{
    private const int PageSize = 256;

    private object?[]?[] _pages = [];

    /// <summary>One more than the highest number.</summary>
    public int Count { get; private set; }

    public object? Get(int index) => _pages[index / PageSize]?[index % PageSize];

    public void Set(int index, object? value)
    {
        int page = index / PageSize;
        if (page >= _pages.Length)
        {
            long pages = Math.Max(page + 1L, 2L * _pages.Length);
            budget.Charge(MemoryBudget.ArrayBytes + (pages * IntPtr.Size));
            Array.Resize(ref _pages, (int)pages);
        }

        if (_pages[page] is not { } values)
        {
            budget.Charge(MemoryBudget.ArrayBytes + (PageSize * IntPtr.Size));
            _pages[page] = values = new object?[PageSize];
        }

        values[index % PageSize] = value;
        if (index >= Count) Count = index + 1;
    }
}
