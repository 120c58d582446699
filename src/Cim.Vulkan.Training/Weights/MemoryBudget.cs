namespace Cim.Vulkan.Training;

/// <summary>
/// Counts what reading a file takes, so that a small file cannot ask for much: four times its size and one MiB, whatever it claims.
/// Every charge is made before the memory is taken and is a little above it.
/// </summary>
internal sealed class MemoryBudget(string fileName, long fileBytes)
{
    public const int FileFactor = 4, ConstantBytes = 1 << 20;

    /// <summary>What a small object, its header and its field in another one take.</summary>
    public const int ObjectBytes = 64;

    /// <summary>What a list, a dictionary or another object of few fields takes, while it is empty.</summary>
    public const int ListBytes = 40;

    /// <summary>What an array takes beside its elements.</summary>
    public const int ArrayBytes = 24;

    /// <summary>What a text takes beside its letters.</summary>
    public const int TextBytes = 32;

    /// <summary>What an entry of a dictionary takes that grows by doubling.</summary>
    public const int EntryBytes = 96;

    // For buffers, messages and the exceptions that carry them.
    private const int ReservedBytes = 160 << 10;

    private long _left = (FileFactor * fileBytes) + ConstantBytes - ReservedBytes;

    /// <exception cref="WeightsException">There is no more.</exception>
    public void Charge(long bytes)
    {
        _left -= bytes;
        if (_left < 0) throw new WeightsException($"'{fileName}' would take far more memory than its {fileBytes} bytes are worth: it is damaged or made to harm; fetch it again from where it is known");
    }
}
