// Two-dimensional convolution, gradient of the weights, without shared memory or barriers, the form for CPU drivers.
//
//   w_gradient[o, c, r, s] = sum_b,oy,ox y_gradient[b, o, oy, ox] * x[b, c, oy * STRIDE_Y - padding_y + r * DILATION, ox * STRIDE_X - padding_x + s * DILATION]
//
// Each invocation owns CHANNELS output channels x INPUTS input channels x ROW_TAPS rows x KERNEL_WIDTH columns of w in registers and walks all pixels, four of a
// row at a time. Those of a workgroup, one full subgroup, lie side by side along the output channels and need the same input: each loads a part, and a shuffle
// by a constant, one instruction, hands it round.
//
// Dispatch: x = ceil(in_channels / INPUTS) * ceil(KERNEL_HEIGHT / ROW_TAPS), y = ceil(out_channels / (CHANNELS * workgroup size)),
// z = ceil(batch_count / images_per_split). Workgroup size = subgroup size (8 on llvmpipe). INPUTS * ROW_TAPS * KERNEL_WIDTH: up to 32, beyond which it gets slower.
// With z > 1 piece z lands at w_gradient + z * out * in * KERNEL_HEIGHT * KERNEL_WIDTH; matmul_split_k_reduce adds the pieces
// (batches 1, m = out, n = in * KERNEL_HEIGHT * KERNEL_WIDTH). Worth it where x * y is below the number of cores.
//
// x: [batch_count, in_channels, in_height, in_width]   w_gradient: [z, out_channels, in_channels, KERNEL_HEIGHT, KERNEL_WIDTH]
// y_gradient: packed by pack_channels_last to [batch_count, out_height, out_width, ceil(out / 4)] of vec4
#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#extension GL_KHR_shader_subgroup_shuffle : require

layout(constant_id = 0) const uint LOCAL_SIZE_X = 8;  // invocations of a workgroup: one subgroup
layout(local_size_x_id = 0) in;
layout(constant_id = 3) const uint ROW_TAPS = 3;      // rows of w of an invocation
layout(constant_id = 5) const uint INPUTS = 3;        // input channels of an invocation
layout(constant_id = 6) const uint CHANNELS = 8;      // output channels of an invocation; a multiple of 4

#include "ops/conv/conv2d_interface.glsl"

layout(binding = 0) restrict readonly buffer OutputGradient { vec4 y_gradient[]; };
layout(binding = 1) restrict readonly buffer Input { float x[]; };
layout(binding = 2) restrict writeonly buffer WeightGradient { float w_gradient[]; };

#define PIXELS 4
const uint VECTORS = CHANNELS / 4;
const uint WINDOW = (PIXELS - 1) * STRIDE_X + (KERNEL_WIDTH - 1) * DILATION + 1;  // input columns that four output pixels touch
const uint ELEMENTS = INPUTS * ROW_TAPS * WINDOW;                                // of all rows and input channels
const uint SHARES = (ELEMENTS + LOCAL_SIZE_X - 1) / LOCAL_SIZE_X;                // of which an invocation loads so many

vec4 sums[INPUTS][ROW_TAPS][KERNEL_WIDTH][VECTORS];

// Element (i, r, e) of what the subgroup needs: input channel channel0 + i, row r of the taps, column e of the window; zero outside the input.
void load_inputs(uint image, uint channel0, uint row_tap0, uint row, uint column, out float shares[SHARES]) {
    [[unroll]] for (uint t = 0; t < SHARES; t++) {
        const uint element = min(t * LOCAL_SIZE_X + gl_SubgroupInvocationID, ELEMENTS - 1);
        const uint channel = min(channel0 + element / (ROW_TAPS * WINDOW), in_channels - 1);
        const uint in_row = row * STRIDE_Y + (row_tap0 + element / WINDOW % ROW_TAPS) * DILATION - padding_y;  // outside, both may wrap to large numbers
        const uint in_column = column * STRIDE_X + element % WINDOW - padding_x;
        const float value = x[((image * in_channels + channel) * in_height + min(in_row, in_height - 1)) * in_width + min(in_column, in_width - 1)];
        shares[t] = in_row < in_height && in_column < in_width ? value : 0.0;
    }
}

void load_gradients(uint pixel0, uint pixel_count, uint channel, out vec4 gradients[PIXELS][VECTORS]) {
    const uint vectors = (out_channels + 3) >> 2;
    [[unroll]] for (uint j = 0; j < PIXELS; j++) {
        [[unroll]] for (uint v = 0; v < VECTORS; v++) {
            const vec4 values = y_gradient[(pixel0 + min(j, pixel_count - 1)) * vectors + min((channel >> 2) + v, vectors - 1)];
            gradients[j][v] = j < pixel_count ? values : vec4(0.0);
        }
    }
}

void multiply_pixels(float shares[SHARES], vec4 gradients[PIXELS][VECTORS]) {
    [[unroll]] for (uint i = 0; i < INPUTS; i++) {
        [[unroll]] for (uint r = 0; r < ROW_TAPS; r++) {
            [[unroll]] for (uint j = 0; j < PIXELS; j++) {
                [[unroll]] for (uint s = 0; s < KERNEL_WIDTH; s++) {
                    const uint element = (i * ROW_TAPS + r) * WINDOW + j * STRIDE_X + s * DILATION;
                    const vec4 value = vec4(subgroupShuffle(shares[element / LOCAL_SIZE_X], element % LOCAL_SIZE_X));
                    [[unroll]] for (uint v = 0; v < VECTORS; v++) {
                        sums[i][r][s][v] = fma(gradients[j][v], value, sums[i][r][s][v]);
                    }
                }
            }
        }
    }
}

void sum_image(uint image, uint channel0, uint row_tap0, uint out_channel) {
    for (uint row = 0; row < out_height; row++) {
        for (uint column = 0; column < out_width; column += PIXELS) {
            float shares[SHARES];
            load_inputs(image, channel0, row_tap0, row, column, shares);
            vec4 gradients[PIXELS][VECTORS];
            load_gradients((image * out_height + row) * out_width + column, out_width - column, out_channel, gradients);
            multiply_pixels(shares, gradients);
        }
    }
}

void store(uint channel0, uint row_tap0, uint out_channel) {
    const uint piece = gl_WorkGroupID.z * out_channels;
    [[unroll]] for (uint q = 0; q < CHANNELS; q++) {
        [[unroll]] for (uint i = 0; i < INPUTS; i++) {
            [[unroll]] for (uint r = 0; r < ROW_TAPS; r++) {
                [[unroll]] for (uint s = 0; s < KERNEL_WIDTH; s++) {
                    if (out_channel + q < out_channels && channel0 + i < in_channels && row_tap0 + r < KERNEL_HEIGHT) {
                        const uint plane = (piece + out_channel + q) * in_channels + channel0 + i;
                        w_gradient[(plane * KERNEL_HEIGHT + row_tap0 + r) * KERNEL_WIDTH + s] = sums[i][r][s][q / 4][q % 4];
                    }
                }
            }
        }
    }
}

void main() {
    const uint groups = (KERNEL_HEIGHT + ROW_TAPS - 1) / ROW_TAPS;
    const uint channel0 = gl_WorkGroupID.x / groups * INPUTS;
    const uint row_tap0 = gl_WorkGroupID.x % groups * ROW_TAPS;
    const uint out_channel = (gl_WorkGroupID.y * LOCAL_SIZE_X + gl_SubgroupInvocationID) * CHANNELS;
    [[unroll]] for (uint i = 0; i < INPUTS; i++) {
        [[unroll]] for (uint r = 0; r < ROW_TAPS; r++) {
            [[unroll]] for (uint s = 0; s < KERNEL_WIDTH; s++) {
                [[unroll]] for (uint v = 0; v < VECTORS; v++) {
                    sums[i][r][s][v] = vec4(0.0);
                }
            }
        }
    }
    const uint first_image = gl_WorkGroupID.z * images_per_split;
    const uint end_image = min(first_image + images_per_split, batch_count);
    for (uint image = first_image; image < end_image; image++) {
        sum_image(image, channel0, row_tap0, out_channel);
    }
    store(channel0, row_tap0, out_channel);
}
