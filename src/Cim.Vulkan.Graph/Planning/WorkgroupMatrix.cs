namespace Cim.Vulkan.Graph;

/// <summary>
/// Sizes in which a device's matrix units multiply 16-bit matrices that a whole workgroup holds together, adding in fp32: a [m, k] times b [k, n], where
/// m, n and k are multiples of the numbers here.
/// </summary>
/// <param name="Precision">Type of a and b.</param>
/// <param name="M">Rows of the product are a multiple of it.</param>
/// <param name="N">Columns of the product are a multiple of it.</param>
/// <param name="K">The inner length is a multiple of it.</param>
/// <param name="Invocations">Invocations of the workgroup.</param>
public readonly record struct WorkgroupMatrix(Precision Precision, int M, int N, int K, int Invocations);
