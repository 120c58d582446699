// Adds the pieces of a matrix product whose inner dimension was split, in ascending order, and applies the epilogue.
//
//   c[r, n] = activation(row_factors[r] * scale[n] * (alpha * sum_s pieces[s, r, n] + bias[n]) + residual[r, n])
//
// One invocation per element. c and residual have row stride row_stride_c and batch stride batch_stride_c; the row index runs over
// all batches: r = batch * m + row.
// Dispatch: x = ceil(batches * m * n / workgroup size); where that exceeds 65535, y takes the rest: the index is
// (y * number of workgroups in x + x) * workgroup size + invocation.
//
// pieces: [split_count, batches * m, n] (scratch written by matmul_direct or matmul_tiled with row_stride_c = n, outer_stride_c = m * n,
// batch_inner = 1, split_stride_c = batches * m * n)   bias: [n] or [m]   scale: [n]
// row_factors: [batches * m / ROWS_PER_FACTOR]   c, residual: [batches, m, n] strided
#version 460
#extension GL_GOOGLE_include_directive : require

layout(constant_id = 0) const uint LOCAL_SIZE_X = 64;  // invocations of a workgroup
layout(local_size_x_id = 0) in;
layout(constant_id = 1) const bool HAS_BIAS = false;      // bias[n] is added to every row
layout(constant_id = 2) const uint ACTIVATION = 0;        // 0 none, 1 ReLU, 2 GELU (erf form), 3 times GELU's derivative at the residual
layout(constant_id = 3) const bool HAS_RESIDUAL = false;  // residual, laid out as c, is added before the activation; it may be c itself
layout(constant_id = 7) const bool BIAS_PER_ROW = false;  // bias is [m] and bias[row] is added to every column instead
layout(constant_id = 30) const bool HAS_SCALE = false;    // the biased product is multiplied by scale[n]
layout(constant_id = 31) const uint ROWS_PER_FACTOR = 0;  // 0 none, else it is multiplied by row_factors[r / ROWS_PER_FACTOR]

layout(push_constant) uniform Parameters {
    uint batches;  // matrices in c
    uint m;  // rows of a matrix
    uint n;  // columns of a matrix
    uint split_count;  // pieces to add
    uint row_stride_c;  // between rows of c and of residual
    uint batch_stride_c;  // between matrices of c and of residual
    uint offset_c;  // first element of c
    uint offset_residual;  // first element of residual
    float alpha;  // factor of the product
};

layout(binding = 0) restrict readonly buffer Pieces { float pieces[]; };
layout(binding = 1) restrict readonly buffer Bias { float bias[]; };
layout(binding = 2) readonly buffer Residual { float residual[]; };
layout(binding = 3) restrict readonly buffer Scale { float scale[]; };
layout(binding = 4) restrict readonly buffer RowFactors { float row_factors[]; };
layout(binding = 5) writeonly buffer C { float c[]; };

#include "ops/matmul/epilogue.glsl"

void main() {
    const uint index = (gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x) * gl_WorkGroupSize.x + gl_LocalInvocationID.x;
    const uint count = batches * m * n;
    if (index >= count) {
        return;
    }
    float sum = 0.0;
    for (uint s = 0; s < split_count; s++) {
        sum += pieces[s * count + index];
    }
    const uint column = index % n;
    const uint row = index / n;
    const uint at = (row / m) * batch_stride_c + (row % m) * row_stride_c + column;
    float value = alpha * sum;
    if (HAS_BIAS) {
        value += bias[BIAS_PER_ROW ? row % m : column];
    }
    if (HAS_SCALE) {
        value *= scale[column];
    }
    if (ROWS_PER_FACTOR > 0) {
        value *= row_factors[row / ROWS_PER_FACTOR];
    }
    if (HAS_RESIDUAL) {
        value = joined(value, residual[offset_residual + at]);
    }
    c[offset_c + at] = activate(value);
}
