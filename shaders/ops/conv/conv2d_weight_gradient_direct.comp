// Two-dimensional convolution, gradient of the weights, without shared memory or barriers, the form for CPU drivers.
//
//   w_gradient[o, c, r, s] = sum_b,oy,ox y_gradient[b, o, oy, ox] * x[b, c, oy * STRIDE_Y - padding_y + r * DILATION, ox * STRIDE_X - padding_x + s * DILATION]
//
// Each invocation owns 16 output channels x one input channel x ROW_TAPS rows x KERNEL_WIDTH columns of w in registers and walks all
// pixels; the invocations of a workgroup (one subgroup) hold consecutive (input channel, group of ROW_TAPS rows) and read the same
// output gradients.
//
// Dispatch: x = ceil(in_channels * ceil(KERNEL_HEIGHT / ROW_TAPS) / workgroup size), y = ceil(out_channels / 16),
// z = ceil(batch_count / images_per_split). Workgroup size = subgroup size (8 on llvmpipe). ROW_TAPS * KERNEL_WIDTH: near 9.
// With z > 1 piece z lands at w_gradient + z * out * in * KERNEL_HEIGHT * KERNEL_WIDTH; matmul_split_k_reduce adds the pieces
// (batches 1, m = out, n = in * KERNEL_HEIGHT * KERNEL_WIDTH). Worth it where x * y is below the number of cores.
//
// x: [batch_count, in_channels, in_height, in_width]   w_gradient: [z, out_channels, in_channels, KERNEL_HEIGHT, KERNEL_WIDTH]
// y_gradient: packed by pack_channels_last to [batch_count, out_height, out_width, ceil(out / 4)] of vec4
#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require

layout(constant_id = 0) const uint LOCAL_SIZE_X = 8;  // invocations of a workgroup: one subgroup
layout(local_size_x_id = 0) in;
layout(constant_id = 3) const uint ROW_TAPS = 3;      // rows of w of an invocation

#include "ops/conv/conv2d_interface.glsl"

layout(binding = 0) restrict readonly buffer OutputGradient { vec4 y_gradient[]; };
layout(binding = 1) restrict readonly buffer Input { float x[]; };
layout(binding = 2) restrict writeonly buffer WeightGradient { float w_gradient[]; };

#define CHANNELS 16
#define CHANNEL_VECTORS 4
#define PIXELS 4
const uint WINDOW = (PIXELS - 1) * STRIDE_X + (KERNEL_WIDTH - 1) * DILATION + 1;  // input columns that four output pixels touch

float sums[CHANNELS][ROW_TAPS][KERNEL_WIDTH];

void load_window(uint row_base, bool row_inside, int column0, out float window[WINDOW]) {
    [[unroll]] for (uint i = 0; i < WINDOW; i++) {
        const uint column = uint(column0 + int(i));  // left of the input this wraps to a large number
        const float value = x[row_base + min(column, in_width - 1)];
        window[i] = row_inside && column < in_width ? value : 0.0;
    }
}

void multiply_pixels(float window[ROW_TAPS][WINDOW], uint pixel0, uint pixel_count, uint channel0) {
    const uint vectors = (out_channels + 3) >> 2;
    [[unroll]] for (uint v = 0; v < CHANNEL_VECTORS; v++) {
        vec4 gradients[PIXELS];
        [[unroll]] for (uint j = 0; j < PIXELS; j++) {
            const vec4 values = y_gradient[(pixel0 + min(j, pixel_count - 1)) * vectors + min((channel0 >> 2) + v, vectors - 1)];
            gradients[j] = j < pixel_count ? values : vec4(0.0);
        }
        [[unroll]] for (uint q = 0; q < 4; q++) {
            [[unroll]] for (uint r = 0; r < ROW_TAPS; r++) {
                [[unroll]] for (uint s = 0; s < KERNEL_WIDTH; s++) {
                    [[unroll]] for (uint j = 0; j < PIXELS; j++) {
                        sums[4 * v + q][r][s] = fma(gradients[j][q], window[r][j * STRIDE_X + s * DILATION], sums[4 * v + q][r][s]);
                    }
                }
            }
        }
    }
}

void sum_image(uint image, uint channel, uint row_tap0, uint channel0) {
    for (uint row = 0; row < out_height; row++) {
        for (uint column = 0; column < out_width; column += PIXELS) {
            float window[ROW_TAPS][WINDOW];
            [[unroll]] for (uint r = 0; r < ROW_TAPS; r++) {
                const uint in_row = row * STRIDE_Y + (row_tap0 + r) * DILATION - padding_y;  // above the input this wraps to a large number
                const uint row_base = ((image * in_channels + channel) * in_height + min(in_row, in_height - 1)) * in_width;
                load_window(row_base, in_row < in_height, int(column * STRIDE_X) - int(padding_x), window[r]);
            }
            multiply_pixels(window, (image * out_height + row) * out_width + column, out_width - column, channel0);
        }
    }
}

void store(uint channel, uint row_tap0, uint channel0) {
    const uint piece = gl_WorkGroupID.z * out_channels * in_channels;
    [[unroll]] for (uint i = 0; i < CHANNELS; i++) {
        [[unroll]] for (uint r = 0; r < ROW_TAPS; r++) {
            [[unroll]] for (uint s = 0; s < KERNEL_WIDTH; s++) {
                if (channel0 + i < out_channels && channel < in_channels && row_tap0 + r < KERNEL_HEIGHT) {
                    const uint plane = piece + (channel0 + i) * in_channels + channel;
                    w_gradient[(plane * KERNEL_HEIGHT + row_tap0 + r) * KERNEL_WIDTH + s] = sums[i][r][s];
                }
            }
        }
    }
}

void main() {
    const uint groups = (KERNEL_HEIGHT + ROW_TAPS - 1) / ROW_TAPS;
    const uint channel = gl_GlobalInvocationID.x / groups;
    const uint row_tap0 = gl_GlobalInvocationID.x % groups * ROW_TAPS;
    const uint channel0 = gl_WorkGroupID.y * CHANNELS;
    [[unroll]] for (uint i = 0; i < CHANNELS; i++) {
        [[unroll]] for (uint r = 0; r < ROW_TAPS; r++) {
            [[unroll]] for (uint s = 0; s < KERNEL_WIDTH; s++) {
                sums[i][r][s] = 0.0;
            }
        }
    }
    const uint first_image = gl_WorkGroupID.z * images_per_split;
    const uint end_image = min(first_image + images_per_split, batch_count);
    for (uint image = first_image; image < end_image; image++) {
        sum_image(image, min(channel, in_channels - 1), row_tap0, channel0);
    }
    store(channel, row_tap0, channel0);
}
