// Sums the rows of a matrix in fixed order, one workgroup a row.
//
//   y[r] = factor * (x[r, 0] + x[r, 1] + ...)
//
// Each invocation sums every LOCAL_SIZE_X-th element of the row; a tree in shared memory joins them. LOCAL_SIZE_X is a power of two, at most 256.
//
// x: [rows, length]   y: [rows]
#version 460
#extension GL_GOOGLE_include_directive : require

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup

layout(push_constant) uniform Push {
    uint rows; // of x
    uint length; // of a row
    float factor; // multiplies every result
};

layout(binding = 0) restrict readonly buffer X { float x[]; };
layout(binding = 1) restrict writeonly buffer Y { float y[]; };

#include "common/indexing.glsl"

shared float partial_sums[LOCAL_SIZE_X];

void main() {
    uint row = linear_group();
    uint lane = gl_LocalInvocationID.x;
    float sum = 0.0;
    // Rows past the end stay for the barriers.
    if (row < rows)
        for (uint k = lane; k < length; k += LOCAL_SIZE_X) sum += x[row * length + k];
    partial_sums[lane] = sum;
    for (uint width = LOCAL_SIZE_X / 2; width > 0; width /= 2) {
        barrier(); // the sums of the level below are written
        if (lane < width) partial_sums[lane] += partial_sums[lane + width];
    }
    if (lane == 0 && row < rows) y[row] = factor * partial_sums[0];
}
