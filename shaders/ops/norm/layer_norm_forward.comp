// Layer normalization over the last axis, forward.
//
//   y = (x - mean) * inverse_std * weight + bias,   inverse_std = 1 / sqrt(variance + epsilon)
//
// One invocation per row, three passes over it: mean, variance, result; no shared memory. Accumulates in float.
// Saves mean and inverse_std (one float per row) for the backward kernels.
//
// x, y: [row_count, row_length]   weight, bias: [row_length]   mean, inverse_std: [row_count]
#version 460
#pragma cim variants(SCALAR = float, float16_t)
#include "common/scalar.glsl"

layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // Rows per workgroup.
layout(local_size_x_id = 0) in;

layout(push_constant) uniform Push
{
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

ACCUM row_mean(uint first)
{
    ACCUM sum = 0.0;
    for (uint i = 0; i < row_length; i++) sum += ACCUM(x[first + i]);
    return sum / ACCUM(row_length);
}

// Two-pass: the mean is known, so no large squares cancel.
ACCUM row_variance(uint first, ACCUM center)
{
    ACCUM sum = 0.0;
    for (uint i = 0; i < row_length; i++)
    {
        ACCUM difference = ACCUM(x[first + i]) - center;
        sum += difference * difference;
    }
    return sum / ACCUM(row_length);
}

void main()
{
    uint row = gl_GlobalInvocationID.x;
    if (row >= row_count) return;
    uint first = row * row_length;
    ACCUM center = row_mean(first);
    ACCUM scale = 1.0 / sqrt(row_variance(first, center) + epsilon);
    for (uint i = 0; i < row_length; i++)
        y[first + i] = SCALAR((ACCUM(x[first + i]) - center) * scale * ACCUM(weight[i]) + ACCUM(bias[i]));
    mean[row] = center;
    inverse_std[row] = scale;
}
