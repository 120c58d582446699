// Matrix multiply without shared memory or barriers, the form for CPU drivers.
//
//   c = activation(row_factors * scale * (alpha * op(a) op(b) + bias) + residual)
//   nn: a [m, k], b [k, n]     nt: a [m, k], b [n, k]     tn: a [k, m], b [k, n]     c, residual: [m, n]     bias: [n], or [m] with BIAS_PER_ROW
//   scale: [n]     row_factors: [m / ROWS_PER_FACTOR]
//
// Each invocation owns ROWS x COLUMNS elements of c in registers; the invocations of a workgroup (one subgroup) lie side by side
// along n and share the loads of a. A CPU driver pays per load instruction, hence the sharing and the large register block.
//
// Dispatch: x = ceil(m / ROWS), so that b's panel stays in cache from one workgroup to the next;
// y = ceil(n / (COLUMNS * workgroup size)), z = batches * split_count. Workgroup size = subgroup size (8 on llvmpipe).
// 32 x 8 is fastest from m = 32 on. Fewer rows waste less on a smaller m; a small n leaves invocations idle.
// k_per_split: a multiple of 4. Rows of b 4096 bytes (or a multiple) apart in nn and tn crowd few cache sets: pad where possible.
//
// WIDTH = 4 needs row strides, offsets and batch strides of a and b divisible by 4, and buffers that hold whole vec4s: a last,
// partial vec4 of a row is read but not used. m, n and k may be anything. WIDTH = 1 has no such needs; it is half as
// fast on Mesa 22, nearly as fast on Mesa 26.
// Summation order is ascending k for every element, whatever the tile.
#version 460
#pragma cim variants(LAYOUT = nn, nt, tn)
#pragma cim variants(WIDTH = 4, 1)
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require

layout(constant_id = 0) const uint LOCAL_SIZE_X = 8;  // invocations of a workgroup: one subgroup
layout(local_size_x_id = 0) in;
layout(constant_id = 4) const uint ROWS = 32;  // rows of c per invocation; a multiple of 4
layout(constant_id = 5) const uint COLUMNS = 8;  // columns per invocation; a multiple of 4

layout(constant_id = 6) const bool FOURS_C = false;  // c is written, and the residual read, by fours

#define FINISHES_FOURS
#include "ops/matmul/matmul_interface.glsl"
#include "ops/matmul/direct_product.glsl"

// The bias of four columns; beside the last it may be anything.
vec4 bias_of_columns(uint column) {
    vec4 values = vec4(0.0);
    if (HAS_BIAS && !BIAS_PER_ROW) {
        const uvec4 columns = min(column + uvec4(0, 1, 2, 3), uvec4(n - 1));
        values = vec4(bias[columns.x], bias[columns.y], bias[columns.z], bias[columns.w]);
    }
    return values;
}

// The factors of four columns, in the same way.
vec4 scale_of_columns(uint column) {
    vec4 values = vec4(1.0);
    if (HAS_SCALE) {
        const uvec4 columns = min(column + uvec4(0, 1, 2, 3), uvec4(n - 1));
        values = vec4(scale[columns.x], scale[columns.y], scale[columns.z], scale[columns.w]);
    }
    return values;
}

void store_four(vec4 values, uint at_c, uint at_residual, uint columns) {
    if (FOURS_C) {
        if (HAS_RESIDUAL && split_count == 1) {
            const vec4 others = uintBitsToFloat(residual_as_fours[at_residual >> 2]);
            [[unroll]] for (uint q = 0; q < 4; q++) {
                values[q] = joined(values[q], others[q]);
            }
        }
        [[unroll]] for (uint q = 0; q < 4; q++) {
            values[q] = split_count == 1 ? activate(values[q]) : values[q];
        }
        c_as_fours[at_c >> 2] = floatBitsToUint(values);
        return;
    }
    [[unroll]] for (uint q = 0; q < 4; q++) {
        if (q < columns) {
            const float value = HAS_RESIDUAL && split_count == 1 ? joined(values[q], residual[at_residual + q]) : values[q];
            c[at_c + q] = split_count == 1 ? activate(value) : value;
        }
    }
}

void store(Slice slice, uint row0, uint column0) {
    [[unroll]] for (uint j = 0; j < COLUMN_VECTORS; j++) {
        const uint column = column0 + 4 * j;
        const vec4 column_bias = bias_of_columns(column);
        const vec4 column_scale = scale_of_columns(column);
        [[unroll]] for (uint i = 0; i < ROWS; i++) {
            const uint row = row0 + i;
            if (row < m && column < n) {
                const uint at = row * row_stride_c + column;
                const float row_bias = HAS_BIAS && BIAS_PER_ROW ? bias[row] : 0.0;
                vec4 values = split_count == 1 ? alpha * sums[i][j] + column_bias + row_bias : sums[i][j];
                if (HAS_SCALE && split_count == 1) {
                    values *= column_scale;
                }
                if (ROWS_PER_FACTOR > 0 && split_count == 1) {
                    values *= row_factors[row / ROWS_PER_FACTOR];
                }
                store_four(values, slice.c + at, slice.residual + at, n - column);
            }
        }
    }
}

void main() {
    const Slice slice = slice_of_workgroup();
    const uint row0 = gl_WorkGroupID.x * ROWS;
    const uint column0 = (gl_WorkGroupID.y * gl_WorkGroupSize.x + gl_LocalInvocationID.x) * COLUMNS;
    multiply_rows(slice, row0, column0);
    store(slice, row0, column0);
}
