// Layer normalization over the last axis: sums the chunks of the weight and bias gradients, in their order.
//
//   grad_weight[i] = sum over k of partial_weight[k, i],   grad_bias[i] = sum over k of partial_bias[k, i]
//
// One invocation per column.
//
// partial_weight, partial_bias: [chunk_count, row_length]   grad_weight, grad_bias: [row_length]
#version 460
#extension GL_GOOGLE_include_directive : require

layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // Invocations of a workgroup.
layout(local_size_x_id = 0) in;

layout(push_constant) uniform Push {
    uint row_length;
    uint chunk_count;
};

layout(binding = 0) restrict readonly buffer PartialWeight { float partial_weight[]; };
layout(binding = 1) restrict readonly buffer PartialBias { float partial_bias[]; };
layout(binding = 2) restrict writeonly buffer GradWeight { float grad_weight[]; };
layout(binding = 3) restrict writeonly buffer GradBias { float grad_bias[]; };

#include "common/indexing.glsl"

void main() {
    uint column = linear_index();
    if (column >= row_length) return;
    float weight_sum = 0.0;
    float bias_sum = 0.0;
    for (uint chunk = 0; chunk < chunk_count; chunk++) {
        weight_sum += partial_weight[chunk * row_length + column];
        bias_sum += partial_bias[chunk * row_length + column];
    }
    grad_weight[column] = weight_sum;
    grad_bias[column] = bias_sum;
}
