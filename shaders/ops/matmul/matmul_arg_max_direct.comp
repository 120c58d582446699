// The largest element of every column of a product, without shared memory or barriers, the form for CPU drivers.
//
//   pieces[s] = max and arg max over the rows of stretch s of c = a op(b) + bias
//   nn: b [batches, k, n]     nt: b [batches, n, k]     a: [m, k]     bias: [m]     piece_values, piece_rows: [stretches, batches, n]
//
// Each invocation walks the rows of its stretch, ROWS at a time, for COLUMNS columns; see matmul_direct.comp for the tile and WIDTH.
// Dispatch: x = stretches, y = ceil(n / (COLUMNS * workgroup size)), z = batches. rows_per_stretch: a multiple of ROWS.
// Summation order is ascending k for every element, whatever the tile.
#version 460
#pragma cim variants(LAYOUT = nn, nt)
#pragma cim variants(WIDTH = 4, 1)
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require

layout(constant_id = 0) const uint LOCAL_SIZE_X = 8;  // invocations of a workgroup: one subgroup
layout(local_size_x_id = 0) in;
layout(constant_id = 4) const uint ROWS = 24;  // rows of c per invocation; a multiple of 4
layout(constant_id = 5) const uint COLUMNS = 8;  // columns per invocation; a multiple of 4

#include "ops/matmul/arg_max_interface.glsl"
#include "ops/matmul/direct_product.glsl"

void main() {
    const Slice slice = slice_of_workgroup();
    const uint column0 = (gl_WorkGroupID.y * gl_WorkGroupSize.x + gl_LocalInvocationID.x) * COLUMNS;
    float best[COLUMNS];
    uint best_row[COLUMNS];
    [[unroll]] for (uint j = 0; j < COLUMNS; j++) {
        best[j] = MINUS_INFINITY;
        best_row[j] = 0;
    }
    for (uint row0 = first_row_of_stretch(); row0 < end_row_of_stretch(); row0 += ROWS) {
        multiply_rows(slice, row0, column0);
        [[unroll]] for (uint i = 0; i < ROWS; i++) {
            if (row0 + i < m) {
                [[unroll]] for (uint j = 0; j < COLUMNS; j++) {
                    KEEP_BEST(best[j], best_row[j], biased(sums[i][j >> 2][j & 3], row0 + i), row0 + i)
                }
            }
        }
    }
    [[unroll]] for (uint j = 0; j < COLUMNS; j++) {
        write_piece(0, 1, column0 + j, best[j], best_row[j]);
    }
}
