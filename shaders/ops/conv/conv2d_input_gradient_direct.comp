// Two-dimensional convolution, gradient of the input (a transposed convolution), without shared memory or barriers, for CPU drivers.
//
//   x_gradient[b, c, iy, ix] = sum_o,r,s y_gradient[b, o, (iy + padding_y - r * DILATION) / STRIDE_Y, (ix + padding_x - s * DILATION) / STRIDE_X] * w[o, c, r, s]
//
// over the taps whose quotients are whole and inside. Input columns of equal remainder by STRIDE_X read the same taps: each
// invocation owns 16 input channels x PIXELS columns of one remainder (the phase) in registers; the invocations of a workgroup
// (one subgroup) hold consecutive runs and read the same weights.
//
// Dispatch: x = ceil(batch_count * in_height * ceil(ceil(in_width / STRIDE_X) / PIXELS) / workgroup size), y = ceil(in_channels / 16),
// z = STRIDE_X, the phases. Workgroup size = subgroup size (8 on llvmpipe).
// PIXELS: 8, or 7 where that divides ceil(in_width / STRIDE_X) and 8 does not.
//
// y_gradient: [batch_count, out_channels, out_height, out_width]   x_gradient: [batch_count, in_channels, in_height, in_width]
// w: packed by pack_channels_last to [out, KERNEL_HEIGHT, KERNEL_WIDTH, ceil(in / 4)] of vec4
#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require

layout(constant_id = 0) const uint LOCAL_SIZE_X = 8;  // invocations of a workgroup: one subgroup
layout(local_size_x_id = 0) in;
layout(constant_id = 3) const uint PIXELS = 8;        // input pixels of an invocation

#include "ops/conv/conv2d_interface.glsl"

layout(binding = 0) restrict readonly buffer OutputGradient { float y_gradient[]; };
layout(binding = 1) restrict readonly buffer Weights { vec4 w[]; };
layout(binding = 2) restrict writeonly buffer InputGradient { float x_gradient[]; };

#define CHANNELS 16
#define CHANNEL_VECTORS 4
const uint TAPS = (KERNEL_WIDTH + STRIDE_X - 1) / STRIDE_X;  // taps of one row that a phase can meet
const uint WINDOW = PIXELS + (TAPS - 1) * DILATION;          // output columns that the pixels of an invocation touch

float sums[CHANNELS][PIXELS];

// Output columns of the window; those outside become 0.
void load_window(uint row_base, int column0, out float window[WINDOW]) {
    [[unroll]] for (uint i = 0; i < WINDOW; i++) {
        const uint column = uint(column0 + int(i));  // left of the output this wraps to a large number
        const float value = y_gradient[row_base + min(column, out_width - 1)];
        window[i] = column < out_width ? value : 0.0;
    }
}

// Tap t of the phase is column first_tap + t * STRIDE_X of w and reads window column j + (TAPS - 1 - t) * DILATION for pixel j.
void multiply_row(float window[WINDOW], uint row_of_w, uint first_tap, uint channel0) {
    const uint vectors = (in_channels + 3) >> 2;
    [[unroll]] for (uint v = 0; v < CHANNEL_VECTORS; v++) {
        vec4 weights[TAPS];
        [[unroll]] for (uint t = 0; t < TAPS; t++) {
            const uint s = first_tap + t * STRIDE_X;
            const uint at = row_of_w * KERNEL_WIDTH + min(s, KERNEL_WIDTH - 1);
            const vec4 values = w[at * vectors + min((channel0 >> 2) + v, vectors - 1)];
            weights[t] = s < KERNEL_WIDTH ? values : vec4(0.0);
        }
        [[unroll]] for (uint q = 0; q < 4; q++) {
            [[unroll]] for (uint j = 0; j < PIXELS; j++) {
                [[unroll]] for (uint t = 0; t < TAPS; t++) {
                    sums[4 * v + q][j] = fma(weights[t][q], window[j + (TAPS - 1 - t) * DILATION], sums[4 * v + q][j]);
                }
            }
        }
    }
}

void store(uint image, uint channel0, uint row, uint column0) {
    [[unroll]] for (uint i = 0; i < CHANNELS; i++) {
        [[unroll]] for (uint j = 0; j < PIXELS; j++) {
            const uint column = column0 + j * STRIDE_X;
            if (image < batch_count && channel0 + i < in_channels && column < in_width) {
                x_gradient[((image * in_channels + channel0 + i) * in_height + row) * in_width + column] = sums[i][j];
            }
        }
    }
}

void main() {
    const uint phase = gl_WorkGroupID.z;
    const uint runs_per_row = ((in_width + STRIDE_X - 1) / STRIDE_X + PIXELS - 1) / PIXELS;
    const uint run = gl_GlobalInvocationID.x;
    const uint column0 = run % runs_per_row * PIXELS * STRIDE_X + phase;
    const uint row = run / runs_per_row % in_height;
    const uint image = run / (runs_per_row * in_height);
    const uint channel0 = gl_WorkGroupID.y * CHANNELS;
    [[unroll]] for (uint i = 0; i < CHANNELS; i++) {
        [[unroll]] for (uint j = 0; j < PIXELS; j++) {
            sums[i][j] = 0.0;
        }
    }
    const uint read_image = min(image, batch_count - 1);
    const uint first_tap = (phase + padding_x) % STRIDE_X;
    const int first_column = int((column0 + padding_x - first_tap) / STRIDE_X) - int((TAPS - 1) * DILATION);
    for (uint o = 0; o < out_channels; o++) {
        [[dont_unroll]] for (uint r = (row + padding_y) % STRIDE_Y; r < KERNEL_HEIGHT; r += STRIDE_Y) {
            const uint out_row = uint(int(row + padding_y - r * DILATION) / int(STRIDE_Y));
            if (row + padding_y >= r * DILATION && out_row < out_height) {
                float window[WINDOW];
                load_window(((read_image * out_channels + o) * out_height + out_row) * out_width, first_column, window);
                multiply_row(window, o * KERNEL_HEIGHT + r, first_tap, channel0);
            }
        }
    }
    store(image, channel0, row, column0);
}
