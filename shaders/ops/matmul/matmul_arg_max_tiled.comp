// The largest element of every column of a product, with tiles in shared memory, the fp32 form for GPUs.
//
//   pieces[s, t] = max and arg max over those rows of stretch s of c = a op(b) + bias that the t-th row of invocations holds
//   nn: b [batches, k, n]     nt: b [batches, n, k]     a: [m, k]     bias: [m]
//   piece_values, piece_rows: [stretches * TILE_M / THREAD_TILE, batches, n]
//
// A workgroup walks the rows of its stretch, TILE_M at a time, for TILE_N columns; see matmul_tiled.comp for the tile and WIDTH.
// Dispatch: x = stretches, y = ceil(n / TILE_N), z = batches. rows_per_stretch: a multiple of TILE_M.
// Summation order is ascending k for every element, whatever the tile.
#version 460
#pragma cim variants(LAYOUT = nn, nt)
#pragma cim variants(WIDTH = 4, 1)
#pragma cim variants(THREAD_TILE = 4, 8)
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require

layout(constant_id = 0) const uint LOCAL_SIZE_X = 256;  // (TILE_M / THREAD_TILE) * (TILE_N / THREAD_TILE)
layout(local_size_x_id = 0) in;

#include "ops/matmul/arg_max_interface.glsl"
#include "ops/matmul/tile_product.glsl"
#include "ops/matmul/tile_fill.glsl"

void main() {
    const Slice slice = slice_of_workgroup();
    const uint column0 = gl_WorkGroupID.y * TILE_N;
    float best[THREAD_TILE];
    uint best_row[THREAD_TILE];
    [[unroll]] for (uint j = 0; j < THREAD_TILE; j++) {
        best[j] = MINUS_INFINITY;
        best_row[j] = 0;
    }
    for (uint row0 = first_row_of_stretch(); row0 < end_row_of_stretch(); row0 += TILE_M) {
        multiply_slice(slice, row0, column0);
        [[unroll]] for (uint i = 0; i < THREAD_TILE; i++) {
            const uint row = row0 + place_row(i);
            if (row < m) {
                [[unroll]] for (uint j = 0; j < THREAD_TILE; j++) {
                    KEEP_BEST(best[j], best_row[j], biased(sums[i][j], row), row)
                }
            }
        }
    }
    [[unroll]] for (uint j = 0; j < THREAD_TILE; j++) {
        write_piece(place_row(0) / 4, TILE_M / THREAD_TILE, column0 + place_column(j), best[j], best_row[j]);
    }
}
