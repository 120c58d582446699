// What every matrix multiply of the family shares: epilogue, sizes, strides, operands.
//
//   c = activation(row_factors * scale * (alpha * op(a) op(b) + bias) + residual)
//
// All strides and offsets count floats. Batch z is split into outer = z / batch_inner and inner = z % batch_inner, so that
// packed layouts such as [batch, tokens, 3, heads, head_dim] are read in place. With split_count > 1 the inner dimension is
// cut into split_count pieces of k_per_split; piece s of the product lands, without epilogue, at c + s * c_stride_split
// and matmul_split_k_reduce.comp adds the pieces in order.

layout(constant_id = 1) const bool HAS_BIAS = false;      // bias[n] is added to every row
layout(constant_id = 2) const uint ACTIVATION = 0;        // 0 none, 1 ReLU, 2 GELU (erf form), 3 times GELU's derivative at the residual
layout(constant_id = 3) const bool HAS_RESIDUAL = false;  // residual, laid out as c, is added before the activation; it may be c itself
layout(constant_id = 7) const bool BIAS_PER_ROW = false;  // bias is [m] and bias[row] is added to every column instead
layout(constant_id = 30) const bool HAS_SCALE = false;    // the biased product is multiplied by scale[column]
layout(constant_id = 31) const uint ROWS_PER_FACTOR = 0;  // 0 none, else it is multiplied by row_factors[row / ROWS_PER_FACTOR]

#include "ops/matmul/epilogue.glsl"

layout(push_constant) uniform Parameters {
    uint m;  // rows of c
    uint n;  // columns of c
    uint k;  // inner dimension
    uint row_stride_a;  // between rows of a as stored
    uint row_stride_b;  // between rows of b as stored
    uint row_stride_c;  // between rows of c and of residual
    uint batch_inner;  // batches in the inner batch dimension, at least 1
    uint offset_a;  // first element of a
    uint offset_b;  // first element of b
    uint offset_c;  // first element of c
    uint offset_residual;  // first element of residual
    uint outer_stride_a;  // between outer batches of a
    uint outer_stride_b;  // between outer batches of b
    uint outer_stride_c;  // between outer batches of c and of residual
    uint inner_stride_a;  // between inner batches of a
    uint inner_stride_b;  // between inner batches of b
    uint inner_stride_c;  // between inner batches of c and of residual
    uint split_count;  // pieces of the inner dimension, 1 for a whole product
    uint k_per_split;  // inner dimension of a piece, k for a whole product, else a multiple of 4
    uint split_stride_c;  // between pieces of c
    float alpha;  // factor of the product
};

#include "ops/matmul/operands.glsl"

layout(binding = 2) restrict readonly buffer Bias { float bias[]; };
layout(binding = 3) readonly buffer Residual { float residual[]; };
layout(binding = 4) restrict readonly buffer Scale { float scale[]; };
layout(binding = 5) restrict readonly buffer RowFactors { float row_factors[]; };
layout(binding = 6) writeonly buffer C { float c[]; };
#if defined(STORED) || defined(FINISHES_FOURS)
layout(binding = 3) readonly buffer ResidualFours { uvec4 residual_as_fours[]; };
layout(binding = 6) writeonly buffer CFours { uvec4 c_as_fours[]; };
#endif
#ifdef STORED
layout(binding = 3) readonly buffer ResidualPairs { uvec2 residual_as_pairs[]; };
layout(binding = 6) writeonly buffer CPairs { uvec2 c_as_pairs[]; };
#endif

// First element of this workgroup's matrices and its part of the inner dimension.
struct Slice {
    uint a;
    uint b;
    uint c;
    uint residual;
    uint k_begin;
    uint k_end;
};

Slice slice_of_workgroup() {
    const uint batch = gl_WorkGroupID.z / split_count;
    const uint split = gl_WorkGroupID.z % split_count;
    const uint outer = batch / batch_inner;
    const uint inner = batch % batch_inner;
    const uint matrix_c = outer * outer_stride_c + inner * inner_stride_c;
    Slice slice;
    slice.a = offset_a + outer * outer_stride_a + inner * inner_stride_a;
    slice.b = offset_b + outer * outer_stride_b + inner * inner_stride_b;
    slice.c = offset_c + matrix_c + split * split_stride_c;
    slice.residual = offset_residual + matrix_c;
    slice.k_begin = min(split * k_per_split, k);
    slice.k_end = min(slice.k_begin + k_per_split, k);
    return slice;
}

// The epilogue of one element before the residual.
float biased(float sum, uint row, uint column) {
    float value = alpha * sum;
    if (HAS_BIAS) {
        value += bias[BIAS_PER_ROW ? row : column];
    }
    if (HAS_SCALE) {
        value *= scale[column];
    }
    if (ROWS_PER_FACTOR > 0) {
        value *= row_factors[row / ROWS_PER_FACTOR];
    }
    return value;
}

// The whole epilogue of one element; `at` is its place in residual, which is fp32. Pieces of a split product stay raw.
float finish(float sum, uint row, uint column, uint at) {
    if (split_count > 1) {
        return sum;
    }
    float value = biased(sum, row, column);
    if (HAS_RESIDUAL) {
        value = joined(value, residual[at]);
    }
    return activate(value);
}
