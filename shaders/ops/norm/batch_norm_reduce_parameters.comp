// Batch normalization: sums the chunks of the weight and bias gradients.
//
//   grad_weight[c] = sum over k of partial_weight[k, c],   grad_bias[c] = sum over k of partial_bias[k, c]
//
// One row per channel, see rows.glsl.
//
// partial_weight, partial_bias: [chunk_count, channels]   grad_weight, grad_bias: [channels]
#version 460
#pragma cim variants(FORM = invocation, group)
#extension GL_GOOGLE_include_directive : require

layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup, a power of two
layout(local_size_x_id = 0) in;

layout(push_constant) uniform Push {
    uint channels;
    uint chunk_count;
};

layout(binding = 0) restrict readonly buffer PartialWeight { float partial_weight[]; };
layout(binding = 1) restrict readonly buffer PartialBias { float partial_bias[]; };
layout(binding = 2) restrict writeonly buffer GradWeight { float grad_weight[]; };
layout(binding = 3) restrict writeonly buffer GradBias { float grad_bias[]; };

#include "common/rows.glsl"

void main() {
    const uint channel = row_index();
    if (channel >= channels) return;
    float weight_sum = 0.0;
    float bias_sum = 0.0;
    for (uint k = row_lane(); k < chunk_count; k += row_lanes()) {
        weight_sum += partial_weight[k * channels + channel];
        bias_sum += partial_bias[k * channels + channel];
    }
    weight_sum = row_sum(weight_sum);
    bias_sum = row_sum(bias_sum);
    if (row_lane() > 0) return;
    grad_weight[channel] = weight_sum;
    grad_bias[channel] = bias_sum;
}
