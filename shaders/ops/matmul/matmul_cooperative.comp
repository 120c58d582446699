// Matrix multiply on a device's matrix units: 16-bit products, fp32 sums.
//
//   c = activation(row_factors * scale * (alpha * op(a) op(b) + bias) + residual)
//   nn: a [m, k], b [k, n]     nt: a [m, k], b [n, k]     tn: a [k, m], b [k, n]     c, residual: [m, n]     bias: [n], or [m] with BIAS_PER_ROW
//   scale: [n]     row_factors: [m / ROWS_PER_FACTOR]
//
// A workgroup owns TILE_M x TILE_N elements of c; how it multiplies them is said in cooperative_tile.glsl.
//
// Dispatch: x = ceil(m / TILE_M), y = ceil(n / TILE_N), z = batches * split_count.
// FOURS_A, FOURS_B, FOURS_C: strides and offsets are multiples of 4 and the buffer holds whole fours; true where the storage is 16-bit.
#version 460
#pragma cim variants(LAYOUT = nn, nt, tn)
#pragma cim variants(PRODUCT = float16_t, bfloat16_t)
#pragma cim no_optimize
#extension GL_GOOGLE_include_directive : require
#include "ops/matmul/product_type.glsl"

layout(constant_id = 0) const uint LOCAL_SIZE_X = 128;  // subgroups * SUBGROUP_SIZE
layout(local_size_x_id = 0) in;

#define STORED
#include "ops/matmul/matmul_interface.glsl"
#include "ops/matmul/cooperative_fetch.glsl"
#include "ops/matmul/finish_four.glsl"

void main() {
    const Slice slice = slice_of_workgroup();
    const uint row0 = gl_WorkGroupID.x * TILE_M;
    const uint column0 = gl_WorkGroupID.y * TILE_N;
    multiply_slice(slice, row0, column0);
#define STORE_FOUR_OF_TILE(values, row, column) finish_four(slice, values, row0 + row, column0 + column)
    STORE_SUMS(STORE_FOUR_OF_TILE)
}
