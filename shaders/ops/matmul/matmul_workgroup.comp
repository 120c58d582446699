// Matrix multiply by matrices that a whole workgroup holds together: 16-bit products, fp32 sums.
//
//   c = activation(row_factors * scale * (alpha * op(a) op(b) + bias) + residual)
//   nn: a [m, k], b [k, n]     nt: a [m, k], b [n, k]     tn: a [k, m], b [k, n]     c, residual: [m, n]     bias: [n], or [m] with BIAS_PER_ROW
//   scale: [n]     row_factors: [m / ROWS_PER_FACTOR]
//
// A workgroup owns TILE_M x TILE_N elements of c as one accumulator. It loads a and b from memory through tensor layouts, which know where the
// operands end: what lies beyond is 0 when it is loaded and dropped when it is stored. How matrices are spread over invocations and staged in
// shared memory is the driver's business. Operands in fp32 are rounded to PRODUCT element by element on their way.
//
// It needs VK_NV_cooperative_matrix2 and a combination of TILE_M, TILE_N, TILE_K and LOCAL_SIZE_X that the device names as one of its flexible
// dimensions. The first elements of a, b and c, in every batch and piece, lie at multiples of 16 bytes; no matrix reaches over 2 GiB.
// Summation order along k is the device's within a TILE_K and ascending beyond.
//
// Dispatch: x = ceil(m / TILE_M), y = ceil(n / TILE_N), z = batches * split_count.
#version 460
#pragma cim variants(LAYOUT = nn, nt, tn)
#pragma cim variants(PRODUCT = float16_t, bfloat16_t)
#pragma cim target(vulkan1.3)
#pragma cim no_optimize
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_buffer_reference : require
#extension GL_EXT_shader_16bit_storage : require
#extension GL_NV_cooperative_matrix2 : require
#include "ops/matmul/product_type.glsl"

layout(constant_id = 0) const uint LOCAL_SIZE_X = 256;
layout(local_size_x_id = 0) in;

#define STORED
#include "ops/matmul/matmul_interface.glsl"
layout(binding = 0) restrict readonly buffer AProducts { PRODUCT a_as_products[]; };
layout(binding = 1) restrict readonly buffer BProducts { PRODUCT b_as_products[]; };
layout(binding = 6) writeonly buffer CProducts { PRODUCT c_as_products[]; };

layout(constant_id = 4) const uint TILE_M = 128;  // rows of a workgroup's tile
layout(constant_id = 5) const uint TILE_N = 128;  // columns of a workgroup's tile
layout(constant_id = 6) const uint TILE_K = 32;  // inner length of the matrices that are loaded at a time
layout(constant_id = 13) const bool EIGHTS_A = false;  // rows of a, in 16 bits, begin at multiples of 16 bytes
layout(constant_id = 14) const bool EIGHTS_B = false;  // rows of b, in 16 bits, begin at multiples of 16 bytes
layout(constant_id = 16) const uint STORAGE_A = 0;  // 0 fp32, else PRODUCT
layout(constant_id = 17) const uint STORAGE_B = 0;  // 0 fp32, else PRODUCT
layout(constant_id = 18) const uint STORAGE_C = 0;  // 0 fp32, else PRODUCT
layout(constant_id = 19) const uint STORAGE_RESIDUAL = 0;  // 0 fp32, 1 fp16, 2 bf16

#define MATRIX(type, rows, columns, use) coopmat<type, gl_ScopeWorkgroup, rows, columns, use>

// Memory as rows of row_count x length; only the second kind looks whether an element is there.
#define CERTAIN tensorLayoutNV<2>
#define CHECKED tensorLayoutNV<2, gl_CooperativeMatrixClampModeConstantNV>
#define SET_ROWS(tensor, row_count, length, row_stride)            \
    tensor = setTensorLayoutDimensionNV(tensor, row_count, length); \
    tensor = setTensorLayoutStrideNV(tensor, row_stride, 1);

// The part of an operand that is the tile at p of the inner dimension; where it lies across, rows of the matrix are columns in memory.
#if LAYOUT == tn
#define PART_OF_A(tensor, p) sliceTensorLayoutNV(tensor, p, TILE_K, row0, TILE_M), across
#else
#define PART_OF_A(tensor, p) sliceTensorLayoutNV(tensor, row0, TILE_M, p, TILE_K)
#endif
#if LAYOUT == nt
#define PART_OF_B(tensor, p) sliceTensorLayoutNV(tensor, column0, TILE_N, p, TILE_K), across
#else
#define PART_OF_B(tensor, p) sliceTensorLayoutNV(tensor, p, TILE_K, column0, TILE_N)
#endif

layout(buffer_reference, std430, buffer_reference_align = 4) readonly buffer Single { float value; };

PRODUCT rounded(const in Single x, const in uint block[2], const in uint place_in_block[2]) {
    return PRODUCT(x.value);
}

// The constants tell the compiler what the host has made sure of.
uint stride_of_a() {
    return EIGHTS_A ? row_stride_a & ~7u : row_stride_a;
}

uint stride_of_b() {
    return EIGHTS_B ? row_stride_b & ~7u : row_stride_b;
}

uint aligned(uint storage, uint first) {
    return storage == FLOAT32 ? first & ~3u : first & ~7u;
}

#define LAY_OUT_OPERANDS(tensor_a, tensor_b)                  \
    if (LAYOUT == tn) {                                       \
        SET_ROWS(tensor_a, slice.k_end, m, stride_of_a())     \
    } else {                                                  \
        SET_ROWS(tensor_a, m, slice.k_end, stride_of_a())     \
    }                                                         \
    if (LAYOUT == nt) {                                       \
        SET_ROWS(tensor_b, n, slice.k_end, stride_of_b())     \
    } else {                                                  \
        SET_ROWS(tensor_b, slice.k_end, n, stride_of_b())     \
    }

#define ADD_PRODUCT(tensor_a, tensor_b, p)                                           \
    {                                                                                \
        MATRIX(PRODUCT, TILE_M, TILE_K, gl_MatrixUseA) left;                         \
        MATRIX(PRODUCT, TILE_K, TILE_N, gl_MatrixUseB) right;                        \
        if (STORAGE_A == FLOAT32) {                                                  \
            coopMatLoadTensorNV(left, a, first_a, PART_OF_A(tensor_a, p), rounded);  \
        } else {                                                                     \
            coopMatLoadTensorNV(left, a_as_products, first_a, PART_OF_A(tensor_a, p)); \
        }                                                                            \
        if (STORAGE_B == FLOAT32) {                                                  \
            coopMatLoadTensorNV(right, b, first_b, PART_OF_B(tensor_b, p), rounded); \
        } else {                                                                     \
            coopMatLoadTensorNV(right, b_as_products, first_b, PART_OF_B(tensor_b, p)); \
        }                                                                            \
        sums = coopMatMulAdd(left, right, sums);                                     \
    }

float residual_at(uint at) {
    return STORAGE_RESIDUAL == FLOAT32 ? residual[at] : unpack_four(STORAGE_RESIDUAL, residual_as_pairs[at >> 2])[at & 3];
}

// The epilogue of the element at row and column of the tile; what lies beyond c is not stored.
float finish_element(
    const in uint row, const in uint column, const in float sum, const in uint row0, const in uint column0, const in uint residual0) {
    const uint i = row0 + row;
    const uint j = column0 + column;
    if (i >= m || j >= n) {
        return sum;
    }
    float value = biased(sum, i, j);
    if (HAS_RESIDUAL) {
        value = joined(value, residual_at(residual0 + i * row_stride_c + j));
    }
    return activate(value);
}

void main() {
    const Slice slice = slice_of_workgroup();
    const uint row0 = gl_WorkGroupID.x * TILE_M;
    const uint column0 = gl_WorkGroupID.y * TILE_N;
    const uint first_a = aligned(STORAGE_A, slice.a);
    const uint first_b = aligned(STORAGE_B, slice.b);
    const uint first_c = aligned(STORAGE_C, slice.c);
    const tensorViewNV<2, false, 1, 0> across = createTensorViewNV(2, false, 1, 0);
    CERTAIN certain_a = createTensorLayoutNV(2);
    CERTAIN certain_b = createTensorLayoutNV(2);
    CHECKED checked_a = createTensorLayoutNV(2, gl_CooperativeMatrixClampModeConstantNV);
    CHECKED checked_b = createTensorLayoutNV(2, gl_CooperativeMatrixClampModeConstantNV);
    CHECKED checked_c = createTensorLayoutNV(2, gl_CooperativeMatrixClampModeConstantNV);
    LAY_OUT_OPERANDS(certain_a, certain_b)
    LAY_OUT_OPERANDS(checked_a, checked_b)
    SET_ROWS(checked_c, m, n, row_stride_c)

    // Steps that lie inside as a whole need no check.
    const bool is_inside = row0 + TILE_M <= m && column0 + TILE_N <= n;
    const uint whole_steps = is_inside ? (slice.k_end - slice.k_begin) / TILE_K : 0;
    const uint k_whole = slice.k_begin + whole_steps * TILE_K;
    MATRIX(float, TILE_M, TILE_N, gl_MatrixUseAccumulator) sums = MATRIX(float, TILE_M, TILE_N, gl_MatrixUseAccumulator)(0.0);
    for (uint p = slice.k_begin; p < k_whole; p += TILE_K) {
        ADD_PRODUCT(certain_a, certain_b, p)
    }
    for (uint p = k_whole; p < slice.k_end; p += TILE_K) {
        ADD_PRODUCT(checked_a, checked_b, p)
    }

    if (split_count == 1) {
        coopMatPerElementNV(sums, sums, finish_element, row0, column0, slice.residual);
    }
    if (HAS_RESIDUAL) {
        barrier();  // nobody reads the residual any more, which may be c
    }
    if (STORAGE_C == FLOAT32) {
        coopMatStoreTensorNV(sums, c, first_c, sliceTensorLayoutNV(checked_c, row0, TILE_M, column0, TILE_N));
    } else {
        // As an operand of another product: the use that every device has for 16-bit elements.
        const MATRIX(PRODUCT, TILE_M, TILE_N, gl_MatrixUseA) stored = MATRIX(PRODUCT, TILE_M, TILE_N, gl_MatrixUseA)(sums);
        coopMatStoreTensorNV(stored, c_as_products, first_c, sliceTensorLayoutNV(checked_c, row0, TILE_M, column0, TILE_N));
    }
}
