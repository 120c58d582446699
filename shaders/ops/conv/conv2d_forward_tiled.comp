// Two-dimensional convolution, forward, as an implicit matrix multiply with tiles in shared memory, the fp32 form for GPUs.
//
//   y[b, o, oy, ox] = activation(bias[o] + sum_c,r,s x[b, c, oy * STRIDE_Y - padding_y + r * DILATION, ox * STRIDE_X - padding_x + s * DILATION] * w[o, c, r, s]
//       + residual[b, o, oy, ox])
//
// Rows are output channels, columns the output pixels of all images, the inner dimension is (c, r, s). A workgroup owns TILE_M x TILE_N
// outputs, an invocation THREAD_TILE x THREAD_TILE of them; each invocation gathers the inputs of one pixel.
//
// Dispatch: x = ceil(batch_count * out_height * out_width / TILE_N), y = ceil(out_channels / TILE_M).
// LOCAL_SIZE_X = (TILE_M / THREAD_TILE) * (TILE_N / THREAD_TILE), a multiple of TILE_N.
//
// x: [batch_count, in_channels, in_height, in_width]   y: [batch_count, out_channels, out_height, out_width]
// w: [out_channels, in_channels, KERNEL_HEIGHT, KERNEL_WIDTH]   bias: [out_channels]   residual: as y
#version 460
#pragma cim variants(THREAD_TILE = 4, 8)
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require

layout(constant_id = 0) const uint LOCAL_SIZE_X = 256;  // (TILE_M / THREAD_TILE) * (TILE_N / THREAD_TILE)
layout(local_size_x_id = 0) in;
layout(constant_id = 1) const bool HAS_BIAS = false;
layout(constant_id = 2) const uint ACTIVATION = 0;      // 0 none, 1 ReLU, 2 GELU (erf form)
layout(constant_id = 3) const bool HAS_RESIDUAL = false;  // residual is added before the activation

#include "common/activation.glsl"
#include "ops/conv/conv2d_interface.glsl"
#include "ops/matmul/tile_product.glsl"

layout(binding = 0) restrict readonly buffer Input { float x[]; };
layout(binding = 1) restrict readonly buffer Weights { float w[]; };
layout(binding = 2) restrict readonly buffer Bias { float bias[]; };
layout(binding = 3) restrict readonly buffer Residual { float residual[]; };
layout(binding = 4) restrict writeonly buffer Output { float y[]; };

const uint KERNEL_SIZE = KERNEL_HEIGHT * KERNEL_WIDTH;

void fill_weights(uint channel0, uint p, uint inner) {
    for (uint i = gl_LocalInvocationIndex; i < TILE_M * TILE_K; i += gl_WorkGroupSize.x) {
        const uint k = i % TILE_K;
        const uint row = i / TILE_K;
        const bool inside = channel0 + row < out_channels && p + k < inner;
        tile_a[k * PITCH_A + row] = inside ? w[(channel0 + row) * inner + p + k] : 0.0;
    }
}

// The invocation's pixel: first element of its image, and the input position under tap (0, 0), wrapped when in the padding.
struct Pixel {
    bool inside;
    uint image_base;
    uint row;
    uint column;
};

Pixel pixel_of(uint pixel) {
    const uint image = pixel / (out_height * out_width);
    Pixel result;
    result.inside = image < batch_count;
    result.image_base = image * in_channels * in_height * in_width;
    result.row = pixel / out_width % out_height * STRIDE_Y - padding_y;
    result.column = pixel % out_width * STRIDE_X - padding_x;
    return result;
}

void fill_inputs(Pixel pixel, uint p, uint inner) {
    const uint column = gl_LocalInvocationIndex % TILE_N;
    for (uint k = gl_LocalInvocationIndex / TILE_N; k < TILE_K; k += gl_WorkGroupSize.x / TILE_N) {
        const uint channel = (p + k) / KERNEL_SIZE;
        const uint row = pixel.row + (p + k) / KERNEL_WIDTH % KERNEL_HEIGHT * DILATION;
        const uint in_column = pixel.column + (p + k) % KERNEL_WIDTH * DILATION;
        const bool inside = pixel.inside && p + k < inner && row < in_height && in_column < in_width;
        tile_b[k * PITCH_B + column] = inside ? x[pixel.image_base + (channel * in_height + row) * in_width + in_column] : 0.0;
    }
}

void store(uint channel0, uint pixel0) {
    const uint plane = out_height * out_width;
    [[unroll]] for (uint j = 0; j < THREAD_TILE; j++) {
        const uint pixel = pixel0 + place_column(j);
        const uint image = pixel / plane;
        [[unroll]] for (uint i = 0; i < THREAD_TILE; i++) {
            const uint channel = channel0 + place_row(i);
            if (image < batch_count && channel < out_channels) {
                const uint at = (image * out_channels + channel) * plane + pixel % plane;
                const float value = sums[i][j] + (HAS_BIAS ? bias[channel] : 0.0) + (HAS_RESIDUAL ? residual[at] : 0.0);
                y[at] = ACTIVATION == 1 ? relu(value) : ACTIVATION == 2 ? gelu(value) : value;
            }
        }
    }
}

void main() {
    const uint pixel0 = gl_WorkGroupID.x * TILE_N;
    const uint channel0 = gl_WorkGroupID.y * TILE_M;
    const uint inner = in_channels * KERNEL_SIZE;
    const Pixel pixel = pixel_of(pixel0 + gl_LocalInvocationIndex % TILE_N);
    clear_sums();
    for (uint p = 0; p < inner; p += TILE_K) {
        fill_weights(channel0, p, inner);
        fill_inputs(pixel, p, inner);
        barrier();  // the tiles are complete
        multiply_tiles();
        barrier();  // nobody reads the tiles any more
    }
    store(channel0, pixel0);
}
