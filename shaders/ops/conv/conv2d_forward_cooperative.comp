// Two-dimensional convolution, forward, as an implicit matrix multiply on a device's matrix units: 16-bit products, fp32 sums.
//
//   y[b, o, oy, ox] = activation(bias[o] + sum_c,r,s x[b, c, oy * STRIDE_Y - padding_y + r, ox * STRIDE_X - padding_x + s] * w[o, c, r, s])
//
// Rows are output channels, columns the output pixels of all images, the inner dimension is (c, r, s). A workgroup owns TILE_M x TILE_N
// outputs; each invocation gathers the inputs of four neighbouring pixels. How tiles are multiplied is said in cooperative_tile.glsl.
//
// Dispatch: x = ceil(batch_count * out_height * out_width / TILE_N), y = ceil(out_channels / TILE_M). 4 * LOCAL_SIZE_X is a multiple of TILE_N.
//
// x: [batch_count, in_channels, in_height, in_width]   y: [batch_count, out_channels, out_height, out_width]
// w: [out_channels, in_channels, KERNEL_HEIGHT, KERNEL_WIDTH]   bias: [out_channels]
#version 460
#pragma cim variants(PRODUCT = float16_t, bfloat16_t)
#pragma cim no_optimize
#extension GL_GOOGLE_include_directive : require
#include "ops/matmul/product_type.glsl"

layout(constant_id = 0) const uint LOCAL_SIZE_X = 128;  // subgroups * SUBGROUP_SIZE
layout(local_size_x_id = 0) in;
layout(constant_id = 1) const bool HAS_BIAS = false;
layout(constant_id = 2) const uint ACTIVATION = 0;      // 0 none, 1 ReLU, 2 GELU (erf form)

#include "common/activation.glsl"
#include "ops/conv/conv2d_interface.glsl"
#include "ops/matmul/cooperative_tile.glsl"

layout(binding = 0) restrict readonly buffer Input { float x[]; };
layout(binding = 1) restrict readonly buffer Weights { float w[]; };
layout(binding = 2) restrict readonly buffer Bias { float bias[]; };
layout(binding = 3) restrict writeonly buffer Output { float y[]; };

const uint KERNEL_SIZE = KERNEL_HEIGHT * KERNEL_WIDTH;

// The invocation's four pixels: first element of their images, and the input positions under tap (0, 0), wrapped when in the padding.
bvec4 pixel_inside;
uvec4 pixel_base;
uvec4 pixel_row;
uvec4 pixel_column;

void find_pixels(uint pixel0) {
    for (uint j = 0; j < 4; j++) {
        const uint pixel = pixel0 + place_of(0) % TILE_N + j;
        const uint image = pixel / (out_height * out_width);
        pixel_inside[j] = image < batch_count;
        pixel_base[j] = image * in_channels * in_height * in_width;
        pixel_row[j] = pixel / out_width % out_height * STRIDE_Y - padding_y;
        pixel_column[j] = pixel % out_width * STRIDE_X - padding_x;
    }
}

void fetch_weights(uint channel0, uint p, uint inner) {
    [[unroll]] for (uint f = 0; f < FETCHES_A; f++) {
        const uint k = p + place_of(f) % TILE_K;
        const uint channel = channel0 + place_of(f) / TILE_K;
        [[unroll]] for (uint j = 0; j < 4; j++) {
            const bool inside = channel < out_channels && k + j < inner;
            next_a[f][j] = inside ? floatBitsToUint(w[channel * inner + k + j]) : 0;
        }
    }
}

void fetch_inputs(uint p, uint inner) {
    [[unroll]] for (uint f = 0; f < FETCHES_B; f++) {
        const uint k = p + place_of(f) / TILE_N;
        const uint plane = k / KERNEL_SIZE * in_height;
        [[unroll]] for (uint j = 0; j < 4; j++) {
            const uint row = pixel_row[j] + k / KERNEL_WIDTH % KERNEL_HEIGHT;
            const uint column = pixel_column[j] + k % KERNEL_WIDTH;
            const bool inside = pixel_inside[j] && k < inner && row < in_height && column < in_width;
            next_b[f][j] = inside ? floatBitsToUint(x[pixel_base[j] + (plane + row) * in_width + column]) : 0;
        }
    }
}

void finish_four(vec4 values, uint channel, uint pixel0) {
    const uint plane = out_height * out_width;
    if (channel >= out_channels) {
        return;
    }
    for (uint j = 0; j < 4; j++) {
        const uint image = (pixel0 + j) / plane;
        if (image < batch_count) {
            float value = values[j] + (HAS_BIAS ? bias[channel] : 0.0);
            value = ACTIVATION == 1 ? relu(value) : ACTIVATION == 2 ? gelu(value) : value;
            y[(image * out_channels + channel) * plane + (pixel0 + j) % plane] = value;
        }
    }
}

void main() {
    const uint pixel0 = gl_WorkGroupID.x * TILE_N;
    const uint channel0 = gl_WorkGroupID.y * TILE_M;
    const uint inner = in_channels * KERNEL_SIZE;
    find_pixels(pixel0);
    clear_sums();
    fetch_weights(channel0, 0, inner);
    fetch_inputs(0, inner);
    put_tiles(0, FLOAT32, FLOAT32);
    barrier();  // the first stage is complete
    uint stage = 0;
    for (uint p = 0; p < inner; p += TILE_K) {
        const bool is_last = p + TILE_K >= inner;
        if (!is_last) {
            fetch_weights(channel0, p + TILE_K, inner);
            fetch_inputs(p + TILE_K, inner);
        }
        multiply_tiles(stage);
        stage = 1 - stage;
        if (!is_last) {
            put_tiles(stage, FLOAT32, FLOAT32);
        }
        barrier();  // the next stage is complete and nobody reads the one before
    }
#define STORE_FOUR_OF_TILE(values, row, column) finish_four(values, channel0 + row, pixel0 + column)
    STORE_SUMS(STORE_FOUR_OF_TILE)
}
