// Pools images that lie channels last: the largest element of each window of each channel, or the scaled sum of the window.
//
//   y[b, oy, ox, c] = max or scale * sum over ky, kx of x[b, oy * stride - padding + ky, ox * stride - padding + kx, c]
//
// One invocation per four channels of an element of y. Places outside x count as minus infinity, or 0; a NaN in a window is its maximum.
//
// x: [batch, height, width, channels]   y: [batch, out_height, out_width, channels]; channels is a multiple of 4
#version 460
#extension GL_GOOGLE_include_directive : require

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup
layout(constant_id = 1) const bool IS_MAX = false;
layout(constant_id = 2) const uint STORAGE_X = 0; // 0 fp32, 1 fp16, 2 bf16
layout(constant_id = 3) const uint STORAGE_Y = 0; // 0 fp32, 1 fp16, 2 bf16

layout(push_constant) uniform Push {
    uint fours; // of y
    uint channels; // a multiple of 4
    uint height; // of x
    uint width; // of x
    uint out_height; // of y
    uint out_width; // of y
    uint kernel_size; // side of a window
    uint stride; // distance of neighbouring windows
    uint padding; // rows and columns around x
    float scale; // what sums are multiplied with
};

layout(binding = 0) restrict readonly buffer X { uint x[]; };
layout(binding = 0) restrict readonly buffer XFours { uvec4 x_as_fours[]; };
layout(binding = 0) restrict readonly buffer XPairs { uvec2 x_as_pairs[]; };
layout(binding = 1) restrict writeonly buffer Y { uint y[]; };
layout(binding = 1) restrict writeonly buffer YFours { uvec4 y_as_fours[]; };
layout(binding = 1) restrict writeonly buffer YPairs { uvec2 y_as_pairs[]; };

#include "common/indexing.glsl"
#include "common/storage.glsl"
#include "ops/pool/order.glsl"

void main() {
    const uint index = linear_index();
    if (index >= fours) return;
    const uint channel = index % (channels / 4) * 4;
    const uint position = index / (channels / 4);
    const int top = int(position / out_width % out_height * stride) - int(padding);
    const int left = int(position % out_width * stride) - int(padding);
    const uint image = position / (out_width * out_height);
    const uint first_y = uint(max(top, 0));
    const uint first_x = uint(max(left, 0));
    const uint end_y = uint(min(top + int(kernel_size), int(height)));
    const uint end_x = uint(min(left + int(kernel_size), int(width)));
    vec4 result = vec4(0.0);
    for (uint iy = first_y; iy < end_y; iy++) {
        for (uint ix = first_x; ix < end_x; ix++) {
            const vec4 values = LOAD_FOUR(x, STORAGE_X, ((image * height + iy) * width + ix) * channels + channel);
            if (!IS_MAX) {
                result += values;
                continue;
            }
            for (uint j = 0; j < 4; j++) {
                const bool is_first = iy == first_y && ix == first_x;
                if (is_first || is_above(values[j], result[j])) result[j] = values[j];
            }
        }
    }
    if (!IS_MAX) result *= scale;
    STORE_FOUR(y, STORAGE_Y, index * 4, result)
}
