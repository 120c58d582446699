// Layer normalization over the last axis: gradient of the input.
//
//   normalized = (x - mean) * inverse_std,   g = grad_output * weight
//   grad_input = inverse_std * (g - mean(g) - normalized * mean(g * normalized))
//
// One invocation or one workgroup a row (FORM), two passes over it: both means, result.
//
// x, grad_output, grad_input: [row_count, row_length]   weight: [row_length]   mean, inverse_std: [row_count]
#version 460
#extension GL_GOOGLE_include_directive : require
#pragma cim variants(FORM = invocation, group)

layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // Rows per workgroup, or invocations per row.
layout(local_size_x_id = 0) in;
layout(constant_id = 1) const uint STORAGE_GRAD_OUTPUT = 0; // 0 fp32, 1 fp16, 2 bf16

layout(push_constant) uniform Push {
    uint row_count;
    uint row_length; // Elements that were normalized together.
};

layout(binding = 0) restrict readonly buffer X { float x[]; };                     // The forward input.
layout(binding = 1) restrict readonly buffer GradOutput { uint grad_output[]; };  // Gradient of the output.
layout(binding = 2) restrict readonly buffer Weight { float weight[]; };           // Scale, [row_length].
layout(binding = 3) restrict readonly buffer Mean { float mean[]; };               // Saved by the forward kernel.
layout(binding = 4) restrict readonly buffer InverseStd { float inverse_std[]; };  // Saved by the forward kernel.
layout(binding = 5) restrict writeonly buffer GradInput { float grad_input[]; };   // Gradient of the input.

#include "common/rows.glsl"
#include "common/storage.glsl"

void main() {
    uint row = row_index();
    if (row >= row_count) return;
    uint first = row * row_length;
    float center = mean[row];
    float scale = inverse_std[row];
    float sum = 0.0;
    float product_sum = 0.0;
    for (uint i = row_lane(); i < row_length; i += row_lanes()) {
        float weighted = LOAD_ONE(grad_output, STORAGE_GRAD_OUTPUT, first + i) * weight[i];
        sum += weighted;
        product_sum += weighted * (x[first + i] - center);
    }
    float average = row_sum(sum) / float(row_length);
    float slope = row_sum(product_sum) * scale * scale / float(row_length);
    for (uint i = row_lane(); i < row_length; i += row_lanes())
        grad_input[first + i] = scale * (LOAD_ONE(grad_output, STORAGE_GRAD_OUTPUT, first + i) * weight[i] - average - (x[first + i] - center) * slope);
}
