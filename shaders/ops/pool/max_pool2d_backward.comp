// Gradient of max pooling: each window hands its gradient to its first maximum.
//
//   grad_input[p, iy, ix] = sum over windows whose first maximum lies at (iy, ix) of grad_output[p, oy, ox]
//
// One invocation per element of grad_input, which asks every window over it whether it is the first element equal to the window's
// maximum. Nothing is kept from forward but its input and output. Elements are compared as bits, as forward copied them.
//
// x, grad_input: [planes, height, width]   y, grad_output: [planes, out_height, out_width]
#version 460
#extension GL_GOOGLE_include_directive : require

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup

layout(push_constant) uniform Push {
    uint count; // elements of x
    uint height; // of x
    uint width; // of x
    uint out_height; // of y
    uint out_width; // of y
    uint kernel_size; // side of a window
    uint stride; // distance of neighbouring windows
    uint padding; // rows and columns of minus infinity around x
};

layout(binding = 0) restrict readonly buffer X { uint x[]; };
layout(binding = 1) restrict readonly buffer Y { uint y[]; };
layout(binding = 2) restrict readonly buffer GradOutput { float grad_output[]; };
layout(binding = 3) restrict writeonly buffer GradInput { float grad_input[]; };

#include "common/indexing.glsl"
#include "ops/pool/pool_geometry.glsl"

// Whether no element of the window before (own_y, own_x), row by row, equals the maximum.
bool is_first(uint base, uint top, uint left, uint own_y, uint own_x, uint maximum) {
    uint first_y = max(top, padding) - padding;
    uint first_x = max(left, padding) - padding;
    uint end_x = min(left + kernel_size - padding, width);
    for (uint iy = first_y; iy <= own_y; iy++) {
        uint end = iy == own_y ? own_x : end_x;
        for (uint ix = first_x; ix < end; ix++) {
            if (x[base + iy * width + ix] == maximum) return false;
        }
    }
    return true;
}

void main() {
    uint index = linear_index();
    if (index >= count) return;
    uint row = index / width;
    uint plane = row / height;
    uint own_y = row - plane * height;
    uint own_x = index - row * width;
    uint own = x[index];
    uvec2 rows = windows_over(own_y + padding, out_height);
    uvec2 columns = windows_over(own_x + padding, out_width);
    float sum = 0.0;
    for (uint oy = rows.x; oy < rows.y; oy++) {
        for (uint ox = columns.x; ox < columns.y; ox++) {
            uint window = (plane * out_height + oy) * out_width + ox;
            if (y[window] == own && is_first(plane * height * width, oy * stride, ox * stride, own_y, own_x, own)) sum += grad_output[window];
        }
    }
    grad_input[index] = sum;
}
