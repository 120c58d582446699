// Largest element of each window of each channel plane.
//
//   y[p, oy, ox] = max over ky, kx of x[p, oy * stride - padding + ky, ox * stride - padding + kx]
//
// One invocation per element of y. Places outside x count as minus infinity; a NaN in a window is its maximum.
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
    uint padding; // rows and columns of minus infinity around x
};

layout(binding = 0) restrict readonly buffer X { uint x[]; };
layout(binding = 1) restrict writeonly buffer Y { uint y[]; };

#include "common/indexing.glsl"

bool is_nan_bits(uint bits) {
    return (bits & 0x7fffffffu) > 0x7f800000u;
}

// Strictly greater, NaN above all: of equals the first stays, which the gradient relies on.
bool is_above(uint value, uint best) {
    if (is_nan_bits(best)) return false;
    return is_nan_bits(value) || uintBitsToFloat(value) > uintBitsToFloat(best);
}

void main() {
    uint index = linear_index();
    if (index >= count) return;
    uint row = index / out_width;
    uint plane = row / out_height;
    int top = int((row - plane * out_height) * stride) - int(padding);
    int left = int((index - row * out_width) * stride) - int(padding);
    uint first_y = uint(max(top, 0));
    uint first_x = uint(max(left, 0));
    uint end_y = uint(min(top + int(kernel_size), int(height)));
    uint end_x = uint(min(left + int(kernel_size), int(width)));
    uint base = plane * height * width;
    uint best = x[base + first_y * width + first_x];
    for (uint iy = first_y; iy < end_y; iy++) {
        for (uint ix = first_x; ix < end_x; ix++) {
            uint value = x[base + iy * width + ix];
            if (is_above(value, best)) best = value;
        }
    }
    y[index] = best;
}
