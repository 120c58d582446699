namespace Cim.Vulkan.Device;

/// <summary>One matrix shape of VK_KHR_cooperative_matrix: A [M, K] times B [K, N] plus C [M, N], with component types in the names of VkComponentTypeKHR.</summary>
/// <param name="M">Rows of A, C and the result.</param>
/// <param name="N">Columns of B, C and the result.</param>
/// <param name="K">Columns of A and rows of B.</param>
/// <param name="AType">Component type of A, such as <c>Float16</c>.</param>
/// <param name="BType">Component type of B.</param>
/// <param name="CType">Component type of C.</param>
/// <param name="ResultType">Component type of the result.</param>
/// <param name="Scope">Who holds a matrix together: <c>Subgroup</c> or <c>Workgroup</c>.</param>
/// <param name="SaturatingAccumulation">True when integer accumulation saturates.</param>
public sealed record CooperativeMatrixShape(int M, int N, int K, string AType, string BType, string CType, string ResultType, string Scope, bool SaturatingAccumulation);
