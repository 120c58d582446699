// Two-dimensional convolution, forward, without shared memory or barriers, the form for CPU drivers.
//
//   y[b, o, oy, ox] = activation(bias[o] + sum_c,r,s x[b, c, oy * STRIDE_Y - padding_y + r * DILATION, ox * STRIDE_X - padding_x + s * DILATION] * w[o, c, r, s]
//       + residual[b, o, oy, ox])
//
// Each invocation owns CHANNELS output channels of LINES x PIXELS neighbouring places; see direct_places.glsl. A row of the input is loaded once for all taps in it.
//
// Dispatch: x = ceil(out_height / LINES) * ceil(out_width / PIXELS), y = ceil(out_channels / (CHANNELS * workgroup size)), z = batch_count.
// Workgroup size = subgroup size (8 on llvmpipe). About 32 places; a kernel_width of 1 with strides of 1 is a batched matrix multiply: use that.
//
// x: [batch_count, in_channels, in_height, in_width]   y: [batch_count, out_channels, out_height, out_width]
// w: packed by pack_channels_last to [in, KERNEL_HEIGHT, KERNEL_WIDTH, ceil(out / 4)] of vec4   bias: [out_channels]   residual: as y
#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require

layout(constant_id = 1) const bool HAS_BIAS = false;
layout(constant_id = 2) const uint ACTIVATION = 0;        // 0 none, 1 ReLU, 2 GELU (erf form)
layout(constant_id = 4) const bool HAS_RESIDUAL = false;  // residual is added before the activation

#include "common/activation.glsl"
#include "ops/conv/conv2d_interface.glsl"

layout(binding = 0) restrict readonly buffer Input { float x[]; };
layout(binding = 1) restrict readonly buffer Weights { vec4 w[]; };
layout(binding = 2) restrict readonly buffer Bias { float bias[]; };
layout(binding = 3) restrict readonly buffer Residual { float residual[]; };
layout(binding = 3) restrict readonly buffer ResidualFours { vec4 residual_as_fours[]; };
layout(binding = 4) restrict writeonly buffer Output { float y[]; };
layout(binding = 4) restrict writeonly buffer OutputFours { vec4 y_as_fours[]; };

#define SOURCE x
#define STEP STRIDE_X
#define TAPS KERNEL_WIDTH
#define OFFSET(t) ((t) * DILATION)
#include "ops/conv/direct_places.glsl"

float activate(float value) {
    return ACTIVATION == 1 ? relu(value) : ACTIVATION == 2 ? gelu(value) : value;
}

// One channel of a line.
void store_line(uint line, uint channel_of_own, uint at, uint columns, float offset) {
    const uint v = channel_of_own / 4;
    const uint q = channel_of_own % 4;
    if (FOURS) {
        [[unroll]] for (uint j = 0; j < PIXELS; j += 4) {
            if (j < columns) {
                vec4 values = offset + vec4(sums[line][j][v][q], sums[line][j + 1][v][q], sums[line][j + 2][v][q], sums[line][j + 3][v][q]);
                if (HAS_RESIDUAL) {
                    values += residual_as_fours[(at + j) >> 2];
                }
                y_as_fours[(at + j) >> 2] = vec4(activate(values.x), activate(values.y), activate(values.z), activate(values.w));
            }
        }
    } else {
        [[unroll]] for (uint j = 0; j < PIXELS; j++) {
            if (j < columns) {
                y[at + j] = activate(sums[line][j][v][q] + offset + (HAS_RESIDUAL ? residual[at + j] : 0.0));
            }
        }
    }
}

void store(uint image, uint row0, uint column0) {
    [[unroll]] for (uint i = 0; i < CHANNELS; i++) {
        const uint channel = own_channel() + i;
        if (channel < out_channels) {
            const float offset = HAS_BIAS ? bias[channel] : 0.0;
            [[unroll]] for (uint l = 0; l < LINES; l++) {
                if (row0 + l < out_height) {
                    const uint at = ((image * out_channels + channel) * out_height + row0 + l) * out_width + column0;
                    store_line(l, i, at, out_width - column0, offset);
                }
            }
        }
    }
}

void main() {
    const uint runs = (out_width + PIXELS - 1) / PIXELS;
    const uint column0 = gl_WorkGroupID.x % runs * PIXELS;
    const uint row0 = gl_WorkGroupID.x / runs * LINES;
    const uint image = gl_WorkGroupID.z;
    clear_sums();
    for (uint c = 0; c < in_channels; c++) {
        const uint plane = (image * in_channels + c) * in_height;
        [[dont_unroll]] for (uint r = 0; r < KERNEL_HEIGHT; r++) {
            vec4 weights[KERNEL_WIDTH][VECTORS];
            [[unroll]] for (uint s = 0; s < KERNEL_WIDTH; s++) {
                load_weights((c * KERNEL_HEIGHT + r) * KERNEL_WIDTH + s, own_channel(), out_channels, weights[s]);
            }
            [[unroll]] for (uint l = 0; l < LINES; l++) {
                const uint in_row = (row0 + l) * STRIDE_Y + r * DILATION - padding_y;  // above the input this wraps to a large number
                float window[SHARES];
                load_window((plane + min(in_row, in_height - 1)) * in_width, in_row < in_height, int(column0 * STRIDE_X) - int(padding_x), in_width, window);
                multiply_line(l, window, weights);
            }
        }
    }
    store(image, row0, column0);
}
