namespace Cim.Vulkan.Device;

/// <summary>
/// Sizes of matrices that VK_NV_cooperative_matrix2 allows: A [m, k] times B [k, n] plus C [m, n], where m, n and k are multiples of the numbers here.
/// Component types are in the names of VkComponentTypeKHR.
/// </summary>
/// <param name="M">Rows of A, C and the result are a multiple of it.</param>
/// <param name="N">Columns of B, C and the result are a multiple of it.</param>
/// <param name="K">Columns of A and rows of B are a multiple of it.</param>
/// <param name="AType">Component type of A, such as <c>Float16</c>.</param>
/// <param name="BType">Component type of B.</param>
/// <param name="CType">Component type of C.</param>
/// <param name="ResultType">Component type of the result.</param>
/// <param name="Scope">Who holds a matrix together: <c>Subgroup</c> or <c>Workgroup</c>.</param>
/// <param name="WorkgroupInvocations">Invocations that a workgroup has where it holds the matrix; 0 for subgroups.</param>
/// <param name="SaturatingAccumulation">True when integer accumulation saturates.</param>
public sealed record FlexibleMatrixShape(
    int M, int N, int K, string AType, string BType, string CType, string ResultType, string Scope, int WorkgroupInvocations, bool SaturatingAccumulation);
