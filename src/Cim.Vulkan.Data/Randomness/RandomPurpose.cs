namespace Cim.Vulkan.Data;

/// <summary>What a random sequence is for: sequences of different purposes share no counter, hence no number.</summary>
public enum RandomPurpose
{
    /// <summary>The order of the pictures in an epoch.</summary>
    EpochOrder = 1,

    /// <summary>Crop box and flip of one picture.</summary>
    Crop = 2,

    /// <summary>How many tokens a batch masks.</summary>
    MaskCount = 3,

    /// <summary>Which tokens of one picture are masked.</summary>
    MaskPositions = 4,

    /// <summary>Which pictures of a data set form a part of it.</summary>
    Split = 5,

    /// <summary>What one picture of <see cref="ShapesSource"/> shows; the epoch is its split.</summary>
    Shape = 6,
}
