// Layer normalization over the last axis, forward.
//
//   y = (x - mean) * inverse_std * weight + bias,   inverse_std = 1 / sqrt(variance + epsilon)
//
// One invocation or one workgroup a row (FORM), three passes over it: mean, variance, result. Accumulates in float.
// Saves mean and inverse_std (one float per row) for the backward kernels.
//
// x, y: [row_count, row_length]   weight, bias: [row_length]   mean, inverse_std: [row_count]
#version 460
#extension GL_GOOGLE_include_directive : require
#pragma cim variants(SCALAR = float, float16_t)
#pragma cim variants(FORM = invocation, group)
#include "common/scalar.glsl"

layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // Rows per workgroup, or invocations per row.
layout(local_size_x_id = 0) in;

layout(push_constant) uniform Push {
    uint row_count;
    uint row_length; // Elements that are normalized together.
    float epsilon;   // Added to the variance.
};

layout(binding = 0) restrict readonly buffer X { SCALAR x[]; };                     // Input, [row_count, row_length].
layout(binding = 1) restrict readonly buffer Weight { SCALAR weight[]; };           // Scale, [row_length].
layout(binding = 2) restrict readonly buffer Bias { SCALAR bias[]; };               // Shift, [row_length].
layout(binding = 3) restrict writeonly buffer Y { SCALAR y[]; };                    // Output, [row_count, row_length].
layout(binding = 4) restrict writeonly buffer Mean { float mean[]; };               // Mean of each row, [row_count].
layout(binding = 5) restrict writeonly buffer InverseStd { float inverse_std[]; };  // 1 / sqrt(variance + epsilon), [row_count].

#include "common/rows.glsl"

ACCUM row_mean(uint first) {
    ACCUM sum = 0.0;
    for (uint i = row_lane(); i < row_length; i += row_lanes()) sum += ACCUM(x[first + i]);
    return row_sum(sum) / ACCUM(row_length);
}

// The mean is known, so no large squares cancel.
ACCUM row_variance(uint first, ACCUM center) {
    ACCUM sum = 0.0;
    for (uint i = row_lane(); i < row_length; i += row_lanes()) {
        ACCUM difference = ACCUM(x[first + i]) - center;
        sum += difference * difference;
    }
    return row_sum(sum) / ACCUM(row_length);
}

void main() {
    uint row = row_index();
    if (row >= row_count) return;
    uint first = row * row_length;
    ACCUM center = row_mean(first);
    ACCUM scale = 1.0 / sqrt(row_variance(first, center) + epsilon);
    for (uint i = row_lane(); i < row_length; i += row_lanes())
        y[first + i] = SCALAR((ACCUM(x[first + i]) - center) * scale * ACCUM(weight[i]) + ACCUM(bias[i]));
    if (row_lane() == 0) {
        mean[row] = center;
        inverse_std[row] = scale;
    }
}
