// Packs a convolution's weights in 16 bits, channels last, for conv2d_cooperative.
//
//   forward:                y[0, o, r, s, c] = w[o, c, r, s]
//   gradient of the input:  y[phase, c, r, s, o] = w[o, c, first + (TAP_ROWS - 1 - r) * stride, likewise s], 0 beyond w; first = (phase + padding) % stride
//
// One invocation per four channels; channels beyond the last are 0. Forward has stride 1 and one phase.
//
// w: [out, in, kernel_height, kernel_width] in any storage   y: [stride * stride, rows, tap_rows, tap_columns, ceil(channels / 4)] of uvec2
#version 460
#extension GL_GOOGLE_include_directive : require

layout(constant_id = 0) const uint LOCAL_SIZE_X = 64;  // invocations of a workgroup
layout(local_size_x_id = 0) in;
layout(constant_id = 1) const uint STORAGE_Y = 1;      // 1 fp16, 2 bf16
layout(constant_id = 2) const bool IS_GRADIENT = false;
layout(constant_id = 3) const uint STORAGE_W = 0;      // 0 fp32, 1 fp16, 2 bf16

layout(push_constant) uniform Parameters {
    uint out_channels;   // of w
    uint in_channels;    // of w
    uint kernel_height;  // of w
    uint kernel_width;   // of w
    uint stride;         // of the convolution for the gradient, else 1
    uint padding;        // of the convolution
};

layout(binding = 0) restrict readonly buffer Weights { uint w[]; };
layout(binding = 1) restrict writeonly buffer Packed { uvec2 y[]; };

#include "common/indexing.glsl"
#include "common/storage.glsl"

void main() {
    const uint index = linear_index();
    const uint rows = IS_GRADIENT ? in_channels : out_channels;
    const uint channels = IS_GRADIENT ? out_channels : in_channels;
    const uint fours = (channels + 3) / 4;
    const uvec2 taps = (uvec2(kernel_height, kernel_width) + stride - 1) / stride;
    const uint own_row = index / (fours * taps.x * taps.y);
    if (own_row >= stride * stride * rows) {
        return;
    }
    uvec2 tap = uvec2(index / (fours * taps.y) % taps.x, index / fours % taps.y);
    if (IS_GRADIENT) {
        const uvec2 phase = uvec2(own_row / rows / stride, own_row / rows % stride);
        tap = (phase + padding) % stride + (taps - 1 - tap) * stride;
    }
    vec4 values = vec4(0.0);
    for (uint j = 0; j < 4; j++) {
        const uint channel = index % fours * 4 + j;
        if (channel < channels && tap.x < kernel_height && tap.y < kernel_width) {
            const uint plane = IS_GRADIENT ? channel * in_channels + own_row % rows : own_row * in_channels + channel;
            const uint at = (plane * kernel_height + tap.x) * kernel_width + tap.y;
            values[j] = LOAD_ONE(w, STORAGE_W, at);
        }
    }
    y[index] = pack_four(STORAGE_Y, values);
}
