// Two-dimensional convolution, gradient of the weights, on a device's matrix units: 16-bit products, fp32 sums.
//
//   w_gradient[o, c, r, s] = sum_b,oy,ox y_gradient[b, o, oy, ox] * x[b, c, oy * STRIDE_Y - padding_y + r, ox * STRIDE_X - padding_x + s]
//
// Rows are output channels, columns (c, r, s), the inner dimension the output pixels of all images. Each invocation reads four
// neighbouring pixels, the same ones for all its rows and columns of the tiles; see cooperative_tile.glsl.
//
// Dispatch: x = ceil(in_channels * KERNEL_HEIGHT * KERNEL_WIDTH / TILE_N), y = ceil(out_channels / TILE_M),
// z = ceil(batch_count / images_per_split). 4 * LOCAL_SIZE_X is a multiple of TILE_K.
// With z > 1 piece z lands at w_gradient + z * (elements of w) and matmul_split_k_reduce adds the pieces (batches 1, m = out,
// n = in * KERNEL_HEIGHT * KERNEL_WIDTH).
//
// y_gradient: [batch_count, out_channels, out_height, out_width]   x: [batch_count, in_channels, in_height, in_width]
// w_gradient: [z, out_channels, in_channels, KERNEL_HEIGHT, KERNEL_WIDTH]
#version 460
#pragma cim variants(PRODUCT = float16_t, bfloat16_t)
#pragma cim no_optimize
#extension GL_GOOGLE_include_directive : require
#include "ops/matmul/product_type.glsl"

layout(constant_id = 0) const uint LOCAL_SIZE_X = 128;  // subgroups * SUBGROUP_SIZE
layout(local_size_x_id = 0) in;

#include "ops/conv/conv2d_interface.glsl"
#define B_BY_COLUMNS
#include "ops/matmul/cooperative_tile.glsl"

layout(binding = 0) restrict readonly buffer OutputGradient { float y_gradient[]; };
layout(binding = 1) restrict readonly buffer Input { float x[]; };
layout(binding = 2) restrict writeonly buffer WeightGradient { float w_gradient[]; };

const uint KERNEL_SIZE = KERNEL_HEIGHT * KERNEL_WIDTH;

void fetch_tiles(uint channel0, uint column0, uint first_pixel, uint end_pixel) {
    const uint plane = out_height * out_width;
    uvec4 image;
    uvec4 place;
    uvec4 row0;
    uvec4 in_column0;
    [[unroll]] for (uint j = 0; j < 4; j++) {
        const uint pixel = first_pixel + place_of(0) % TILE_K + j;
        image[j] = pixel < end_pixel ? pixel / plane : batch_count;
        place[j] = pixel % plane;
        row0[j] = pixel / out_width % out_height * STRIDE_Y - padding_y;  // above the input this wraps to a large number
        in_column0[j] = pixel % out_width * STRIDE_X - padding_x;
    }
    [[unroll]] for (uint f = 0; f < FETCHES_A; f++) {
        const uint channel = channel0 + place_of(f) / TILE_K;
        [[unroll]] for (uint j = 0; j < 4; j++) {
            const bool inside = image[j] < batch_count && channel < out_channels;
            next_a[f][j] = inside ? floatBitsToUint(y_gradient[(image[j] * out_channels + channel) * plane + place[j]]) : 0;
        }
    }
    [[unroll]] for (uint f = 0; f < FETCHES_B; f++) {
        const uint k = column0 + place_of(f) / TILE_K;
        const uint channel = k / KERNEL_SIZE;
        [[unroll]] for (uint j = 0; j < 4; j++) {
            const uint row = row0[j] + k / KERNEL_WIDTH % KERNEL_HEIGHT;
            const uint column = in_column0[j] + k % KERNEL_WIDTH;
            const bool inside = image[j] < batch_count && channel < in_channels && row < in_height && column < in_width;
            next_b[f][j] = inside ? floatBitsToUint(x[((image[j] * in_channels + channel) * in_height + row) * in_width + column]) : 0;
        }
    }
}

void finish_four(vec4 values, uint channel, uint column) {
    const uint columns = in_channels * KERNEL_SIZE;
    if (channel >= out_channels) {
        return;
    }
    for (uint j = 0; j < 4; j++) {
        if (column + j < columns) {
            w_gradient[(gl_WorkGroupID.z * out_channels + channel) * columns + column + j] = values[j];
        }
    }
}

void main() {
    const uint column0 = gl_WorkGroupID.x * TILE_N;
    const uint channel0 = gl_WorkGroupID.y * TILE_M;
    const uint plane = out_height * out_width;
    const uint first_image = gl_WorkGroupID.z * images_per_split;
    const uint end_pixel = min(first_image + images_per_split, batch_count) * plane;
    clear_sums();
    fetch_tiles(channel0, column0, first_image * plane, end_pixel);
    put_tiles(0, FLOAT32, FLOAT32);
    barrier();  // the first stage is complete
    uint stage = 0;
    for (uint p = first_image * plane; p < end_pixel; p += TILE_K) {
        const bool is_last = p + TILE_K >= end_pixel;
        if (!is_last) {
            fetch_tiles(channel0, column0, p + TILE_K, end_pixel);
        }
        multiply_tiles(stage);
        stage = 1 - stage;
        if (!is_last) {
            put_tiles(stage, FLOAT32, FLOAT32);
        }
        barrier();  // the next stage is complete and nobody reads the one before
    }
#define STORE_FOUR_OF_TILE(values, row, column) finish_four(values, channel0 + row, column0 + column)
    STORE_SUMS(STORE_FOUR_OF_TILE)
}
