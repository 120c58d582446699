// Two-dimensional convolution on a device's matrix units, forward or the gradient of its input: 16-bit products, fp32 sums, channels last.
//
//   y[b, oy, ox, o] = activation(bias[o] + sum_r,s,c x[b, (oy / PHASES) * STEP + shift_y + r * DILATION, (ox / PHASES) * STEP + shift_x + s * DILATION, c] * w[o, r, s, c]
//       + residual[b, oy, ox, o])
//
// Forward: STEP is the stride, PHASES 1, shift -padding. Gradient of the input: x is the output's gradient, PHASES the stride, STEP 1. Positions
// of y of equal remainders by PHASES (a phase) meet the same taps, so each phase is a convolution of its own with its own turned w.
// With shift = (phase + lead) / PHASES - back both are one formula: lead 0 and back the padding, or lead the padding and back (TAP_ROWS - 1) * DILATION.
//
// Rows are the phase's positions of all images, columns y's channels, the inner dimension is (r, s, c): four neighbours are one load. An
// invocation keeps the positions that it gathers for and walks through the inner dimension. How tiles are multiplied: cooperative_tile.glsl.
//
// Dispatch: x = ceil(batch_count * ceil(y_height / PHASES) * ceil(y_width / PHASES) / TILE_M), y = ceil(y_channels / TILE_N),
// z = PHASES * PHASES. 4 * LOCAL_SIZE_X is a multiple of TILE_K.
//
// x: [batch_count, x_height, x_width, x_channels], x_channels a multiple of 4   w: [phases, y_channels, TAP_ROWS, TAP_COLUMNS, x_channels], 16-bit
// bias: [y_channels]   residual: as y   y: [batch_count, y_height, y_width, y_channels], by fours, or fp32 [batch_count, y_channels, y_height, y_width]
#version 460
#pragma cim variants(PRODUCT = float16_t, bfloat16_t)
#pragma cim no_optimize
#extension GL_GOOGLE_include_directive : require
#include "ops/matmul/product_type.glsl"

layout(constant_id = 0) const uint LOCAL_SIZE_X = 128;  // subgroups * SUBGROUP_SIZE
layout(local_size_x_id = 0) in;
#define STORAGE_W (PRODUCT_IS_BFLOAT16 == 1 ? BFLOAT16 : FLOAT16)
#include "ops/conv/packed_convolution.glsl"
