// Mean of each window of each channel plane.
//
//   y[p, oy, ox] = mean over ky, kx of x[p, oy * stride + ky, ox * stride + kx]
//
// One invocation per element of y.
//
// x: [planes, height, width]   y: [planes, out_height, out_width]
#version 460
#extension GL_GOOGLE_include_directive : require

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup

layout(push_constant) uniform Push {
    uint count; // elements of y
    uint height; // of x
    uint width; // of x
    uint out_height; // of y
    uint out_width; // of y
    uint kernel_size; // side of a window
    uint stride; // distance of neighbouring windows
    float scale; // what the sum is multiplied with
};

layout(binding = 0) restrict readonly buffer X { float x[]; };
layout(binding = 1) restrict writeonly buffer Y { float y[]; };

#include "common/indexing.glsl"

void main() {
    uint index = linear_index();
    if (index >= count) return;
    uint row = index / out_width;
    uint plane = row / out_height;
    uint top = (row - plane * out_height) * stride;
    uint left = (index - row * out_width) * stride;
    uint corner = (plane * height + top) * width + left;
    float sum = 0.0;
    for (uint ky = 0; ky < kernel_size; ky++) {
        for (uint kx = 0; kx < kernel_size; kx++) sum += x[corner + ky * width + kx];
    }
    y[index] = sum * scale;
}
