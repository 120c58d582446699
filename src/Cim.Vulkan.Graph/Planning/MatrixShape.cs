namespace Cim.Vulkan.Graph;

/// <summary>A shape in which a device's matrix units multiply 16-bit matrices that a subgroup holds together, adding in fp32: a [M, K] times b [K, N].</summary>
/// <param name="Precision">Type of a and b.</param>
/// <param name="M">Rows of the product.</param>
/// <param name="N">Columns of the product.</param>
/// <param name="K">Inner length.</param>
public readonly record struct MatrixShape(Precision Precision, int M, int N, int K);
