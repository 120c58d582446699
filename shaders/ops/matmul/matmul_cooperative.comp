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

layout(constant_id = 15) const bool FOURS_C = false;  // c is written, and the residual read, by fours
layout(constant_id = 18) const uint STORAGE_C = 0;  // 0 fp32, 1 fp16, 2 bf16
layout(constant_id = 19) const uint STORAGE_RESIDUAL = 0;  // 0 fp32, 1 fp16, 2 bf16

float biased_unless_piece(float sum, uint row, uint column) {
    return split_count > 1 ? sum : biased(sum, row, column);
}

// Four neighbours of c from their sums.
void finish_four(Slice slice, vec4 values, uint row, uint column) {
    if (row >= m || column >= n) {
        return;
    }
    const uint at = row * row_stride_c + column;
    if (!FOURS_C) {
        [[unroll]] for (uint j = 0; j < 4; j++) {
            if (column + j < n) {
                c[slice.c + at + j] = finish(values[j], row, column + j, slice.residual + at + j);
            }
        }
        return;
    }
    [[unroll]] for (uint j = 0; j < 4; j++) {
        values[j] = column + j < n ? biased_unless_piece(values[j], row, column + j) : 0.0;
    }
    if (HAS_RESIDUAL && split_count == 1) {
        const vec4 others = LOAD_FOUR(residual, STORAGE_RESIDUAL, slice.residual + at);
        [[unroll]] for (uint j = 0; j < 4; j++) {
            values[j] = joined(values[j], others[j]);
        }
    }
    if (ACTIVATION != 0) {
        [[unroll]] for (uint j = 0; j < 4; j++) {
            values[j] = split_count > 1 ? values[j] : activate(values[j]);
        }
    }
    STORE_FOUR(c, STORAGE_C, slice.c + at, values)
}

void main() {
    const Slice slice = slice_of_workgroup();
    const uint row0 = gl_WorkGroupID.x * TILE_M;
    const uint column0 = gl_WorkGroupID.y * TILE_N;
    multiply_slice(slice, row0, column0);
#define STORE_FOUR_OF_TILE(values, row, column) finish_four(slice, values, row0 + row, column0 + column)
    STORE_SUMS(STORE_FOUR_OF_TILE)
}
