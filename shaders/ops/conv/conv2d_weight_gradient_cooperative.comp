// Two-dimensional convolution, gradient of the weights, on a device's matrix units: 16-bit products, fp32 sums, channels last.
//
//   w_gradient[o, c, r, s] = sum_b,oy,ox y_gradient[b, oy, ox, o] * x[b, oy * STRIDE_Y - padding_y + r * DILATION, ox * STRIDE_X - padding_x + s * DILATION, c]
//
// Rows are output channels, columns (r, s, c), the inner dimension the output positions of all images: four neighbours of either are one
// load. An invocation keeps its column and walks through the positions; see cooperative_tile.glsl.
//
// Dispatch: x = ceil(KERNEL_HEIGHT * KERNEL_WIDTH * padded in_channels / TILE_N), y = ceil(out_channels / TILE_M),
// z = ceil(batch_count / images_per_split). 4 * LOCAL_SIZE_X is a multiple of TILE_N.
// With z > 1 piece z lands at w_gradient + z * (elements of w) and matmul_split_k_reduce adds the pieces (batches 1, m = 1, n = elements of w).
//
// Channels are padded to a multiple of 4 in y_gradient: [batch_count, out_height, out_width, out_channels]
// and in x: [batch_count, in_height, in_width, in_channels].   w_gradient: [z, out_channels, in_channels, KERNEL_HEIGHT, KERNEL_WIDTH]
#version 460
#pragma cim variants(PRODUCT = float16_t, bfloat16_t)
#pragma cim no_optimize
#extension GL_GOOGLE_include_directive : require
#include "ops/matmul/product_type.glsl"

layout(constant_id = 0) const uint LOCAL_SIZE_X = 128;  // subgroups * SUBGROUP_SIZE
layout(local_size_x_id = 0) in;

#include "ops/conv/packed_weight_gradient.glsl"
