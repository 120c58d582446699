// The gradients of a linear layer whose result is scaled by column, y = scale * (x weight^T + bias), from the product of the gradient before the scale
// with x: what the layer computed is not needed again, and scales may be 0.
//
//   product = (dL/d(scale * ...))^T x     sums[j] = the same gradient, summed over rows
//   grad_scale[j] = sum_k weight[j, k] product[j, k] + bias[j] sums[j]     grad_weight[j, k] = scale[j] product[j, k]     grad_bias[j] = scale[j] sums[j]
//
// One invocation or one workgroup a row (FORM), one pass over it.
//
// weight, product, grad_weight: [row_count, row_length]   scale, bias, sums, grad_scale, grad_bias: [row_count]
#version 460
#extension GL_GOOGLE_include_directive : require
#pragma cim variants(FORM = invocation, group)

layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // Rows per workgroup, or invocations per row.
layout(local_size_x_id = 0) in;
layout(constant_id = 1) const bool HAS_BIAS = false; // bias and sums are read, grad_bias is written

layout(push_constant) uniform Push {
    uint row_count; // outputs of the layer
    uint row_length; // inputs of the layer
};

layout(binding = 0) restrict readonly buffer Weight { float weight[]; };
layout(binding = 1) restrict readonly buffer Product { float product[]; };
layout(binding = 2) restrict readonly buffer Scale { float scale[]; };
layout(binding = 3) restrict readonly buffer Bias { float bias[]; };
layout(binding = 4) restrict readonly buffer Sums { float sums[]; };
layout(binding = 5) restrict writeonly buffer GradWeight { float grad_weight[]; };
layout(binding = 6) writeonly buffer GradScale { float grad_scale[]; };
layout(binding = 7) writeonly buffer GradBias { float grad_bias[]; };

#include "common/rows.glsl"

void main() {
    const uint row = row_index();
    if (row >= row_count) return;
    const uint first = row * row_length;
    const float factor = scale[row];
    float sum = 0.0;
    for (uint i = row_lane(); i < row_length; i += row_lanes()) {
        const float value = product[first + i];
        sum += weight[first + i] * value;
        grad_weight[first + i] = factor * value;
    }
    sum = row_sum(sum);
    if (row_lane() != 0) return;
    if (HAS_BIAS) {
        sum += bias[row] * sums[row];
        grad_bias[row] = factor * sums[row];
    }
    grad_scale[row] = sum;
}
