// Two-dimensional convolution, forward, without shared memory or barriers, the form for CPU drivers.
//
//   y[b, o, oy, ox] = activation(bias[o] + sum_c,r,s x[b, c, oy * STRIDE_Y - padding_y + r * DILATION, ox * STRIDE_X - padding_x + s * DILATION] * w[o, c, r, s]
//       + residual[b, o, oy, ox])
//
// Each invocation owns 16 output channels x PIXELS neighbours of one output row in registers; the invocations of a workgroup (one
// subgroup) hold consecutive runs of pixels and read the same weights. A row of the input is loaded once for all taps in it.
//
// Dispatch: x = ceil(batch_count * out_height * ceil(out_width / PIXELS) / workgroup size), y = ceil(out_channels / 16).
// Workgroup size = subgroup size (8 on llvmpipe). PIXELS: 8, or 7 where that divides out_width and 8 does not.
// A kernel_width of 1 with strides of 1 is a batched matrix multiply: use that.
//
// x: [batch_count, in_channels, in_height, in_width]   y: [batch_count, out_channels, out_height, out_width]
// w: packed by pack_channels_last to [in, KERNEL_HEIGHT, KERNEL_WIDTH, ceil(out / 4)] of vec4   bias: [out_channels]   residual: as y
#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require

layout(constant_id = 0) const uint LOCAL_SIZE_X = 8;  // invocations of a workgroup: one subgroup
layout(local_size_x_id = 0) in;
layout(constant_id = 1) const bool HAS_BIAS = false;
layout(constant_id = 2) const uint ACTIVATION = 0;    // 0 none, 1 ReLU, 2 GELU (erf form)
layout(constant_id = 3) const uint PIXELS = 8;        // output pixels of an invocation
layout(constant_id = 4) const bool HAS_RESIDUAL = false;  // residual is added before the activation

#include "common/activation.glsl"
#include "ops/conv/conv2d_interface.glsl"

layout(binding = 0) restrict readonly buffer Input { float x[]; };
layout(binding = 1) restrict readonly buffer Weights { vec4 w[]; };
layout(binding = 2) restrict readonly buffer Bias { float bias[]; };
layout(binding = 3) restrict readonly buffer Residual { float residual[]; };
layout(binding = 4) restrict writeonly buffer Output { float y[]; };

#define CHANNELS 16
#define CHANNEL_VECTORS 4
const uint WINDOW = (PIXELS - 1) * STRIDE_X + (KERNEL_WIDTH - 1) * DILATION + 1;  // input columns that the pixels of an invocation touch

float sums[CHANNELS][PIXELS];

// Input columns of the window; those in the padding become 0.
void load_window(uint row_base, bool row_inside, int column0, out float window[WINDOW]) {
    [[unroll]] for (uint i = 0; i < WINDOW; i++) {
        const uint column = uint(column0 + int(i));  // left of the input this wraps to a large number
        const float value = x[row_base + min(column, in_width - 1)];
        window[i] = row_inside && column < in_width ? value : 0.0;
    }
}

void multiply_row(float window[WINDOW], uint tap0, uint channel0) {
    const uint vectors = (out_channels + 3) >> 2;
    [[unroll]] for (uint v = 0; v < CHANNEL_VECTORS; v++) {
        vec4 weights[KERNEL_WIDTH];
        [[unroll]] for (uint s = 0; s < KERNEL_WIDTH; s++) {
            weights[s] = w[(tap0 + s) * vectors + min((channel0 >> 2) + v, vectors - 1)];
        }
        [[unroll]] for (uint q = 0; q < 4; q++) {
            [[unroll]] for (uint j = 0; j < PIXELS; j++) {
                [[unroll]] for (uint s = 0; s < KERNEL_WIDTH; s++) {
                    sums[4 * v + q][j] = fma(weights[s][q], window[j * STRIDE_X + s * DILATION], sums[4 * v + q][j]);
                }
            }
        }
    }
}

void store(uint image, uint channel0, uint row, uint column0) {
    [[unroll]] for (uint i = 0; i < CHANNELS; i++) {
        const uint channel = channel0 + i;
        const float offset = HAS_BIAS ? bias[min(channel, out_channels - 1)] : 0.0;
        [[unroll]] for (uint j = 0; j < PIXELS; j++) {
            if (image < batch_count && channel < out_channels && column0 + j < out_width) {
                const uint at = ((image * out_channels + channel) * out_height + row) * out_width + column0 + j;
                const float value = sums[i][j] + offset + (HAS_RESIDUAL ? residual[at] : 0.0);
                y[at] = ACTIVATION == 1 ? relu(value) : ACTIVATION == 2 ? gelu(value) : value;
            }
        }
    }
}

void main() {
    const uint runs_per_row = (out_width + PIXELS - 1) / PIXELS;
    const uint run = gl_GlobalInvocationID.x;
    const uint column0 = run % runs_per_row * PIXELS;
    const uint row = run / runs_per_row % out_height;
    const uint image = run / (runs_per_row * out_height);
    const uint channel0 = gl_WorkGroupID.y * CHANNELS;
    [[unroll]] for (uint i = 0; i < CHANNELS; i++) {
        [[unroll]] for (uint j = 0; j < PIXELS; j++) {
            sums[i][j] = 0.0;
        }
    }
    const uint read_image = min(image, batch_count - 1);
    for (uint c = 0; c < in_channels; c++) {
        [[dont_unroll]] for (uint r = 0; r < KERNEL_HEIGHT; r++) {
            const uint in_row = row * STRIDE_Y + r * DILATION - padding_y;  // above the input this wraps to a large number
            float window[WINDOW];
            const uint row_base = ((read_image * in_channels + c) * in_height + min(in_row, in_height - 1)) * in_width;
            load_window(row_base, in_row < in_height, int(column0 * STRIDE_X) - int(padding_x), window);
            multiply_row(window, (c * KERNEL_HEIGHT + r) * KERNEL_WIDTH, channel0);
        }
    }
    store(image, channel0, row, column0);
}
