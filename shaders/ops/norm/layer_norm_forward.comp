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
#pragma cim variants(FORM = invocation, group)

layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // Rows per workgroup, or invocations per row.
layout(local_size_x_id = 0) in;
layout(constant_id = 1) const uint STORAGE_Y = 0; // 0 fp32, 1 fp16, 2 bf16; where it is 16-bit, row_length is a multiple of 4

layout(push_constant) uniform Push {
    uint row_count;
    uint row_length; // Elements that are normalized together.
    float epsilon;   // Added to the variance.
};

layout(binding = 0) restrict readonly buffer X { float x[]; };                     // Input, [row_count, row_length].
layout(binding = 1) restrict readonly buffer Weight { float weight[]; };           // Scale, [row_length].
layout(binding = 2) restrict readonly buffer Bias { float bias[]; };               // Shift, [row_length].
layout(binding = 3) restrict writeonly buffer Y { float y[]; };                    // Output, [row_count, row_length].
layout(binding = 3) restrict writeonly buffer YFours { uvec4 y_as_fours[]; };
layout(binding = 3) restrict writeonly buffer YPairs { uvec2 y_as_pairs[]; };
layout(binding = 4) restrict writeonly buffer Mean { float mean[]; };               // Mean of each row, [row_count].
layout(binding = 5) restrict writeonly buffer InverseStd { float inverse_std[]; };  // 1 / sqrt(variance + epsilon), [row_count].

#include "common/rows.glsl"
#include "common/storage.glsl"

float row_mean(uint first) {
    float sum = 0.0;
    for (uint i = row_lane(); i < row_length; i += row_lanes()) sum += x[first + i];
    return row_sum(sum) / float(row_length);
}

// The mean is known, so no large squares cancel.
float row_variance(uint first, float center) {
    float sum = 0.0;
    for (uint i = row_lane(); i < row_length; i += row_lanes()) {
        float difference = x[first + i] - center;
        sum += difference * difference;
    }
    return row_sum(sum) / float(row_length);
}

float normalized(uint first, uint i, float center, float scale) {
    return (x[first + i] - center) * scale * weight[i] + bias[i];
}

void main() {
    uint row = row_index();
    if (row >= row_count) return;
    uint first = row * row_length;
    float center = row_mean(first);
    float scale = 1.0 / sqrt(row_variance(first, center) + epsilon);
    if (STORAGE_Y == FLOAT32) {
        for (uint i = row_lane(); i < row_length; i += row_lanes()) y[first + i] = normalized(first, i, center, scale);
    } else {
        for (uint i = row_lane() * 4; i < row_length; i += row_lanes() * 4) {
            vec4 values;
            for (uint j = 0; j < 4; j++) values[j] = normalized(first, i + j, center, scale);
            STORE_FOUR(y, STORAGE_Y, first + i, values)
        }
    }
    if (row_lane() == 0) {
        mean[row] = center;
        inverse_std[row] = scale;
    }
}
