// Two-dimensional convolution, gradient of the input (a transposed convolution), without shared memory or barriers, for CPU drivers.
//
//   x_gradient[b, c, iy, ix] = sum_o,r,s y_gradient[b, o, (iy + padding_y - r * DILATION) / STRIDE_Y, (ix + padding_x - s * DILATION) / STRIDE_X] * w[o, c, r, s]
//
// over the taps whose quotients are whole and inside. Input places of equal remainders by the strides, a phase, meet the same taps: each invocation owns
// CHANNELS input channels of LINES x PIXELS neighbouring places of one phase; see direct_places.glsl.
//
// Dispatch: x = ceil(ceil(in_height / STRIDE_Y) / LINES) * ceil(ceil(in_width / STRIDE_X) / PIXELS), y = ceil(in_channels / (CHANNELS * workgroup size)),
// z = batch_count * STRIDE_Y * STRIDE_X: an image's phases one after the other. Workgroup size = subgroup size (8 on llvmpipe).
//
// y_gradient: [batch_count, out_channels, out_height, out_width]   x_gradient: [batch_count, in_channels, in_height, in_width]
// w: packed by pack_channels_last to [out, KERNEL_HEIGHT, KERNEL_WIDTH, ceil(in / 4)] of vec4
#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require

#include "ops/conv/conv2d_interface.glsl"

layout(binding = 0) restrict readonly buffer OutputGradient { float y_gradient[]; };
layout(binding = 1) restrict readonly buffer Weights { vec4 w[]; };
layout(binding = 2) restrict writeonly buffer InputGradient { float x_gradient[]; };
layout(binding = 2) restrict writeonly buffer InputGradientFours { vec4 x_gradient_as_fours[]; };

// Tap t of a phase is column first_tap + t * STRIDE_X of w; the later the tap, the further left it reads.
const uint TAPS = (KERNEL_WIDTH + STRIDE_X - 1) / STRIDE_X;
#define SOURCE y_gradient
#define STEP 1
#define OFFSET(t) ((TAPS - 1 - (t)) * DILATION)
#include "ops/conv/direct_places.glsl"

// One channel of a line, whose first place is `at` and lies at `column`.
void store_line(uint line, uint channel_of_own, uint at, uint column) {
    const uint v = channel_of_own / 4;
    const uint q = channel_of_own % 4;
    if (FOURS) {
        [[unroll]] for (uint j = 0; j < PIXELS; j += 4) {
            if (column + j < in_width) {
                x_gradient_as_fours[(at + j) >> 2] = vec4(sums[line][j][v][q], sums[line][j + 1][v][q], sums[line][j + 2][v][q], sums[line][j + 3][v][q]);
            }
        }
    } else {
        [[unroll]] for (uint j = 0; j < PIXELS; j++) {
            if (column + j * STRIDE_X < in_width) {
                x_gradient[at + j * STRIDE_X] = sums[line][j][v][q];
            }
        }
    }
}

void store(uint image, uint row0, uint column0) {
    [[unroll]] for (uint i = 0; i < CHANNELS; i++) {
        const uint channel = own_channel() + i;
        if (channel < in_channels) {
            [[unroll]] for (uint l = 0; l < LINES; l++) {
                const uint row = row0 + l * STRIDE_Y;
                if (row < in_height) {
                    store_line(l, i, ((image * in_channels + channel) * in_height + row) * in_width + column0, column0);
                }
            }
        }
    }
}

// One row of taps, the same for all lines.
void multiply_row(uint plane, uint row0, int first_column, uint first_tap, uint o, uint r) {
    vec4 weights[TAPS][VECTORS];
    [[unroll]] for (uint t = 0; t < TAPS; t++) {
        const uint s = first_tap + t * STRIDE_X;
        load_weights((o * KERNEL_HEIGHT + r) * KERNEL_WIDTH + min(s, KERNEL_WIDTH - 1), own_channel(), in_channels, weights[t]);
        [[unroll]] for (uint v = 0; v < VECTORS; v++) {
            weights[t][v] = s < KERNEL_WIDTH ? weights[t][v] : vec4(0.0);
        }
    }
    [[unroll]] for (uint l = 0; l < LINES; l++) {
        const int shifted = int(row0 + l * STRIDE_Y + padding_y) - int(r * DILATION);
        const uint out_row = uint(max(shifted, 0)) / STRIDE_Y;
        float window[SHARES];
        load_window((plane + min(out_row, out_height - 1)) * out_width, shifted >= 0 && out_row < out_height, first_column, out_width, window);
        multiply_line(l, window, weights);
    }
}

void main() {
    const uint phase_x = gl_WorkGroupID.z % STRIDE_X;
    const uint phase_y = gl_WorkGroupID.z / STRIDE_X % STRIDE_Y;
    const uint image = gl_WorkGroupID.z / (STRIDE_X * STRIDE_Y);
    const uint runs = ((in_width + STRIDE_X - 1) / STRIDE_X + PIXELS - 1) / PIXELS;
    const uint column0 = gl_WorkGroupID.x % runs * PIXELS * STRIDE_X + phase_x;
    const uint row0 = gl_WorkGroupID.x / runs * LINES * STRIDE_Y + phase_y;
    const uint first_tap = (phase_x + padding_x) % STRIDE_X;
    const int first_column = int((column0 + padding_x - first_tap) / STRIDE_X) - int((TAPS - 1) * DILATION);
    clear_sums();
    for (uint o = 0; o < out_channels; o++) {
        const uint plane = (image * out_channels + o) * out_height;
        [[dont_unroll]] for (uint r = (row0 + padding_y) % STRIDE_Y; r < KERNEL_HEIGHT; r += STRIDE_Y) {
            multiply_row(plane, row0, first_column, first_tap, o, r);
        }
    }
    store(image, row0, column0);
}
