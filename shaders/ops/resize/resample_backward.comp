// Gradient of a resize: every input pixel gathers from the output pixels whose taps reach it.
//
//   grad_input[p, iy, ix] = sum over oy, ox of wy(oy, iy) * wx(ox, ix) * grad_output[p, oy, ox]
//
// One invocation per element of grad_input. It walks the output pixels around its own place.
//
// grad_output: [planes, out_height, out_width]   grad_input: [planes, height, width]
#version 460
#extension GL_GOOGLE_include_directive : require
#pragma cim variants(FILTER = bilinear, bicubic)

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup

layout(push_constant) uniform Push {
    uint count; // elements of grad_input
    uint height; // of grad_input
    uint width; // of grad_input
    uint out_height; // of grad_output
    uint out_width; // of grad_output
};

layout(binding = 0) restrict readonly buffer GradOutput { float grad_output[]; };
layout(binding = 1) restrict writeonly buffer GradInput { float grad_input[]; };

#include "common/indexing.glsl"
#include "ops/resize/taps.glsl"

// First and one past the last output pixel whose centre lies less than TAPS / 2 from input place i. A border pixel also serves the
// taps that fall outside.
uvec2 reached_from(uint i, uint input_length, uint output_length) {
    const uint reach = TAPS / 2;
    uint first = i < reach ? 0 : ((2 * (i - reach) + 1) * output_length + input_length) / (2 * input_length);
    uint end = i + reach >= input_length ? output_length : ((2 * (i + reach) + 1) * output_length + input_length - 1) / (2 * input_length);
    return uvec2(first, min(end, output_length));
}

float weight_of(uint o, uint i, uint input_length, uint output_length) {
    AxisTaps taps = taps_at(o, input_length, output_length);
    float weight = 0.0;
    for (int tap = 0; tap < TAPS; tap++) {
        if (tap_place(taps, tap, input_length) == i) weight += taps.weights[tap];
    }
    return weight;
}

void main() {
    uint index = linear_index();
    if (index >= count) return;
    uint row = index / width;
    uint plane = row / height;
    uint own_y = row - plane * height;
    uint own_x = index - row * width;
    uvec2 rows = reached_from(own_y, height, out_height);
    uvec2 columns = reached_from(own_x, width, out_width);
    float sum = 0.0;
    for (uint oy = rows.x; oy < rows.y; oy++) {
        float row_weight = weight_of(oy, own_y, height, out_height);
        if (row_weight == 0.0) continue;
        float line = 0.0;
        for (uint ox = columns.x; ox < columns.y; ox++) {
            line += weight_of(ox, own_x, width, out_width) * grad_output[(plane * out_height + oy) * out_width + ox];
        }
        sum += row_weight * line;
    }
    grad_input[index] = sum;
}
