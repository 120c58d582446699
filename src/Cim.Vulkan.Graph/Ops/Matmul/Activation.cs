namespace Cim.Vulkan.Graph;

/// <summary>A function that a matrix product or a convolution applies to its result before writing it. The values are those of the shaders.</summary>
public enum Activation
{
    /// <summary>The result as it is.</summary>
    None = 0,

    /// <summary>max(x, 0)</summary>
    Relu = 1,

    /// <summary>x times the normal distribution function, with the exact error function.</summary>
    Gelu = 2,
}
