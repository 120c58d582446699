// Resizes channel planes by bilinear or bicubic interpolation, without aligned corners and without anti-aliasing.
//
//   y[p, oy, ox] = sum over taps j, i of wy[j] * wx[i] * x[p, clamp(fy + j), clamp(fx + i)]
//
// One invocation per element of y. bilinear: 2 taps an axis; bicubic: 4, with a = -0.75.
//
// x: [planes, height, width]   y: [planes, out_height, out_width]
#version 460
#extension GL_GOOGLE_include_directive : require
#pragma cim variants(FILTER = bilinear, bicubic)

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup

layout(push_constant) uniform Push {
    uint count; // elements of y
    uint height; // of x
    uint width; // of x
    uint out_height; // of y
    uint out_width; // of y
};

layout(binding = 0) restrict readonly buffer X { float x[]; };
layout(binding = 1) restrict writeonly buffer Y { float y[]; };

#include "common/indexing.glsl"
#include "ops/resize/taps.glsl"

void main() {
    uint index = linear_index();
    if (index >= count) return;
    uint row = index / out_width;
    uint plane = row / out_height;
    AxisTaps rows = taps_at(row - plane * out_height, height, out_height);
    AxisTaps columns = taps_at(index - row * out_width, width, out_width);
    float sum = 0.0;
    for (int j = 0; j < TAPS; j++) {
        uint base = (plane * height + tap_place(rows, j, height)) * width;
        float line = 0.0;
        for (int i = 0; i < TAPS; i++) line += columns.weights[i] * x[base + tap_place(columns, i, width)];
        sum += rows.weights[j] * line;
    }
    y[index] = sum;
}
