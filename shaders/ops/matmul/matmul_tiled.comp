// Matrix multiply with tiles in shared memory, the fp32 form for GPUs.
//
//   c = activation(row_factors * scale * (alpha * op(a) op(b) + bias) + residual)
//   nn: a [m, k], b [k, n]     nt: a [m, k], b [n, k]     tn: a [k, m], b [k, n]     c, residual: [m, n]     bias: [n], or [m] with BIAS_PER_ROW
//   scale: [n]     row_factors: [m / ROWS_PER_FACTOR]
//
// A workgroup owns TILE_M x TILE_N elements of c, an invocation THREAD_TILE x THREAD_TILE of them in registers.
//
// Dispatch: x = ceil(m / TILE_M), y = ceil(n / TILE_N), z = batches * split_count.
// Workgroup size = (TILE_M / THREAD_TILE) * (TILE_N / THREAD_TILE). TILE_M, TILE_N: multiples of 4 * THREAD_TILE; TILE_K: of 4.
// THREAD_TILE = 4 with 64 x 64 is the safe choice; 8 with 128 x 128 halves the shared-memory traffic and wants m and n from about
// 1024 on (fewer workgroups than compute units otherwise) and 96 registers. The device's timed search decides.
// Neither spills on any vendor's compiler (Intel before Xe2 then compiles 8 at SIMD8).
// Shared memory: 4 * TILE_K * (TILE_M + TILE_N + 8) bytes.
//
// WIDTH = 4 needs row strides, offsets and batch strides of a and b divisible by 4, and buffers that hold whole vec4s.
// Summation order is ascending k for every element, whatever the tile.
#version 460
#pragma cim variants(LAYOUT = nn, nt, tn)
#pragma cim variants(WIDTH = 4, 1)
#pragma cim variants(THREAD_TILE = 4, 8)
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require

layout(constant_id = 0) const uint LOCAL_SIZE_X = 256;  // (TILE_M / THREAD_TILE) * (TILE_N / THREAD_TILE)
layout(local_size_x_id = 0) in;

#include "ops/matmul/matmul_interface.glsl"
#include "ops/matmul/tile_product.glsl"
#include "ops/matmul/tile_fill.glsl"

void store(Slice slice, uint row0, uint column0) {
    [[unroll]] for (uint i = 0; i < THREAD_TILE; i++) {
        const uint row = row0 + place_row(i);
        [[unroll]] for (uint j = 0; j < THREAD_TILE; j++) {
            const uint column = column0 + place_column(j);
            if (row < m && column < n) {
                const uint at = row * row_stride_c + column;
                c[slice.c + at] = finish(sums[i][j], row, column, slice.residual + at);
            }
        }
    }
}

void main() {
    const Slice slice = slice_of_workgroup();
    const uint row0 = gl_WorkGroupID.x * TILE_M;
    const uint column0 = gl_WorkGroupID.y * TILE_N;
    multiply_slice(slice, row0, column0);
    store(slice, row0, column0);
}
