// Partial sums of squares in fixed order, the first half of a norm.
//
//   y[c] = x[c]^2 + x[c + chunks]^2 + x[c + 2 * chunks]^2 + ...
//
// One invocation per partial sum.
//
// x: [count]   y: [chunks]
#version 460
#extension GL_GOOGLE_include_directive : require

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup

layout(push_constant) uniform Push {
    uint count; // elements of x
    uint chunks; // partial sums
};

layout(binding = 0) restrict readonly buffer X { float x[]; };
layout(binding = 1) restrict writeonly buffer Y { float y[]; };

#include "common/indexing.glsl"

void main() {
    uint chunk = linear_index();
    if (chunk >= chunks) return;
    // Four sums that do not wait for each other, and lose less to rounding than one.
    vec4 sums = vec4(0.0);
    uint k = chunk;
    for (; k + 3 * chunks < count; k += 4 * chunks) {
        vec4 values = vec4(x[k], x[k + chunks], x[k + 2 * chunks], x[k + 3 * chunks]);
        sums += values * values;
    }
    for (; k < count; k += chunks) sums.x += x[k] * x[k];
    y[chunk] = (sums.x + sums.y) + (sums.z + sums.w);
}
