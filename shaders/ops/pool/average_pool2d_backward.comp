// Gradient of average pooling: every element takes its share of each window over it.
//
//   grad_input[p, iy, ix] = scale * sum over windows that cover (iy, ix) of grad_output[p, oy, ox]
//
// One invocation per element of grad_input. With kernel_size = stride and scale 1 this is nearest up-sampling.
//
// grad_output: [planes, out_height, out_width]   grad_input: [planes, height, width]
#version 460
#extension GL_GOOGLE_include_directive : require

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup

layout(push_constant) uniform Push {
    uint count; // elements of grad_input
    uint height; // of grad_input
    uint width; // of grad_input
    uint out_height; // of grad_output
    uint out_width; // of grad_output
    uint kernel_size; // side of a window
    uint stride; // distance of neighbouring windows
    float scale; // what the sum is multiplied with
};

layout(binding = 0) restrict readonly buffer GradOutput { float grad_output[]; };
layout(binding = 1) restrict writeonly buffer GradInput { float grad_input[]; };

#include "common/indexing.glsl"
#include "ops/pool/pool_geometry.glsl"

void main() {
    uint index = linear_index();
    if (index >= count) return;
    uint row = index / width;
    uint plane = row / height;
    uvec2 rows = windows_over(row - plane * height, out_height);
    uvec2 columns = windows_over(index - row * width, out_width);
    float sum = 0.0;
    for (uint oy = rows.x; oy < rows.y; oy++) {
        for (uint ox = columns.x; ox < columns.y; ox++) sum += grad_output[(plane * out_height + oy) * out_width + ox];
    }
    grad_input[index] = sum * scale;
}
