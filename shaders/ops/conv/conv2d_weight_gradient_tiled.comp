// Two-dimensional convolution, gradient of the weights, as an implicit matrix multiply with tiles in shared memory, for GPUs.
//
//   w_gradient[o, c, r, s] = sum_b,oy,ox y_gradient[b, o, oy, ox] * x[b, c, oy * STRIDE_Y - padding_y + r * DILATION, ox * STRIDE_X - padding_x + s * DILATION]
//
// Rows are output channels, columns (c, r, s), the inner dimension the output pixels of all images. A workgroup owns TILE_M x TILE_N
// elements, an invocation THREAD_TILE x THREAD_TILE of them.
//
// Dispatch: x = ceil(in_channels * KERNEL_HEIGHT * KERNEL_WIDTH / TILE_N), y = ceil(out_channels / TILE_M),
// z = ceil(batch_count / images_per_split). LOCAL_SIZE_X = (TILE_M / THREAD_TILE) * (TILE_N / THREAD_TILE), a multiple of TILE_K.
// With z > 1 piece z lands at w_gradient + z * (elements of w) and matmul_split_k_reduce adds the pieces (batches 1, m = out,
// n = in * KERNEL_HEIGHT * KERNEL_WIDTH). Choose z so that x * y * z is some four workgroups per compute unit.
//
// y_gradient: [batch_count, out_channels, out_height, out_width]   x: [batch_count, in_channels, in_height, in_width]
// w_gradient: [z, out_channels, in_channels, KERNEL_HEIGHT, KERNEL_WIDTH]
#version 460
#pragma cim variants(THREAD_TILE = 4, 8)
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require

layout(constant_id = 0) const uint LOCAL_SIZE_X = 256;  // (TILE_M / THREAD_TILE) * (TILE_N / THREAD_TILE)
layout(local_size_x_id = 0) in;

#include "ops/conv/conv2d_interface.glsl"
#include "ops/matmul/tile_product.glsl"

layout(binding = 0) restrict readonly buffer OutputGradient { float y_gradient[]; };
layout(binding = 1) restrict readonly buffer Input { float x[]; };
layout(binding = 2) restrict writeonly buffer WeightGradient { float w_gradient[]; };

const uint KERNEL_SIZE = KERNEL_HEIGHT * KERNEL_WIDTH;

// The pixel that the invocation reads in this step, one for all its rows and columns of the tiles.
void fill_tiles(uint channel0, uint column0, uint first_pixel, uint end_pixel) {
    const uint k = gl_LocalInvocationIndex % TILE_K;
    const uint plane = out_height * out_width;
    const uint pixel = first_pixel + k;
    const uint image = pixel / plane;
    const uint row0 = pixel / out_width % out_height * STRIDE_Y - padding_y;  // above the input this wraps to a large number
    const uint in_column0 = pixel % out_width * STRIDE_X - padding_x;
    for (uint i = gl_LocalInvocationIndex / TILE_K; i < TILE_M; i += gl_WorkGroupSize.x / TILE_K) {
        const uint channel = channel0 + i;
        const bool inside = pixel < end_pixel && channel < out_channels;
        tile_a[k * PITCH_A + i] = inside ? y_gradient[(image * out_channels + channel) * plane + pixel % plane] : 0.0;
    }
    for (uint j = gl_LocalInvocationIndex / TILE_K; j < TILE_N; j += gl_WorkGroupSize.x / TILE_K) {
        const uint channel = (column0 + j) / KERNEL_SIZE;
        const uint row = row0 + (column0 + j) / KERNEL_WIDTH % KERNEL_HEIGHT * DILATION;
        const uint column = in_column0 + (column0 + j) % KERNEL_WIDTH * DILATION;
        const bool inside = pixel < end_pixel && channel < in_channels && row < in_height && column < in_width;
        tile_b[k * PITCH_B + j] = inside ? x[((image * in_channels + channel) * in_height + row) * in_width + column] : 0.0;
    }
}

void store(uint channel0, uint column0) {
    const uint columns = in_channels * KERNEL_SIZE;
    [[unroll]] for (uint i = 0; i < THREAD_TILE; i++) {
        const uint channel = channel0 + place_row(i);
        [[unroll]] for (uint j = 0; j < THREAD_TILE; j++) {
            const uint column = column0 + place_column(j);
            if (channel < out_channels && column < columns) {
                w_gradient[(gl_WorkGroupID.z * out_channels + channel) * columns + column] = sums[i][j];
            }
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
    for (uint pixel = first_image * plane; pixel < end_pixel; pixel += TILE_K) {
        fill_tiles(channel0, column0, pixel, end_pixel);
        barrier();  // the tiles are complete
        multiply_tiles();
        barrier();  // nobody reads the tiles any more
    }
    store(channel0, column0);
}
