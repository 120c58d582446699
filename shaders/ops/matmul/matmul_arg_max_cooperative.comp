// The largest element of every column of a product on a device's matrix units: 16-bit products, fp32 sums.
//
//   pieces[s, t] = max and arg max over those rows of stretch s of c = a op(b) + bias that the t-th row of lanes holds
//   nn: b [batches, k, n]     nt: b [batches, n, k]     a: [m, k]     bias: [m]
//   piece_values, piece_rows: [stretches * (rows of subgroups) * LANE_ROWS, batches, n]
//
// A workgroup walks the rows of its stretch, TILE_M at a time, for TILE_N columns; how it multiplies them is said in cooperative_tile.glsl.
// A lane meets the same four columns of every matrix again and keeps their best; 4 * SUBGROUP_SIZE is a multiple of MATRIX_N.
// Dispatch: x = stretches, y = ceil(n / TILE_N), z = batches. rows_per_stretch: a multiple of TILE_M.
#version 460
#pragma cim variants(LAYOUT = nn, nt)
#pragma cim variants(PRODUCT = float16_t, bfloat16_t)
#pragma cim no_optimize
#extension GL_GOOGLE_include_directive : require
#include "ops/matmul/product_type.glsl"

layout(constant_id = 0) const uint LOCAL_SIZE_X = 128;  // subgroups * SUBGROUP_SIZE
layout(local_size_x_id = 0) in;

#define STORED
#include "ops/matmul/arg_max_interface.glsl"
#include "ops/matmul/cooperative_fetch.glsl"

const uint LANE_ROWS = (SUBGROUP_SIZE * 4 < MATRIX_ELEMENTS ? SUBGROUP_SIZE * 4 : MATRIX_ELEMENTS) / MATRIX_N;  // of a matrix, held by the lanes at once

vec4 best[COLUMNS];
uvec4 best_row[COLUMNS];

void keep_four(uint matrix_column, vec4 values, uint row) {
    if (row < m) {
        [[unroll]] for (uint c = 0; c < 4; c++) {
            KEEP_BEST(best[matrix_column][c], best_row[matrix_column][c], biased(values[c], row), row)
        }
    }
}

void write_pieces(uint column0) {
    const uint element = gl_SubgroupInvocationID * 4;
    if (element >= MATRIX_ELEMENTS) {
        return;
    }
    const uint piece = gl_SubgroupID / SUBGROUPS_N * LANE_ROWS + element / MATRIX_N;
    [[unroll]] for (uint j = 0; j < COLUMNS; j++) {
        const uint column = column0 + first_column() + j * MATRIX_N + element % MATRIX_N;
        [[unroll]] for (uint c = 0; c < 4; c++) {
            write_piece(piece, SUBGROUPS / SUBGROUPS_N * LANE_ROWS, column + c, best[j][c], best_row[j][c]);
        }
    }
}

void main() {
    const Slice slice = slice_of_workgroup();
    const uint column0 = gl_WorkGroupID.y * TILE_N;
    [[unroll]] for (uint j = 0; j < COLUMNS; j++) {
        best[j] = vec4(MINUS_INFINITY);
        best_row[j] = uvec4(0);
    }
    for (uint row0 = first_row_of_stretch(); row0 < end_row_of_stretch(); row0 += TILE_M) {
        multiply_slice(slice, row0, column0);
// j is STORE_SUMS' own: the matrix' place in the subgroup's row of matrices.
#define KEEP_FOUR_OF_TILE(values, row, column) keep_four(j, values, row0 + row)
        STORE_SUMS(KEEP_FOUR_OF_TILE)
    }
    write_pieces(column0);
}
