// Moves a running average towards the values; nothing changes where apply is 0.
//
//   average[i] = average[i] + rate * (values[i] - average[i])
//
// A workgroup updates LOCAL_SIZE_X * ELEMENTS neighbouring elements; each invocation takes every LOCAL_SIZE_X-th of them.
//
// values, average: [count]   apply: [1]
#version 460
#extension GL_GOOGLE_include_directive : require

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup
layout(constant_id = 1) const uint ELEMENTS = 4; // elements of an invocation

layout(push_constant) uniform Push {
    uint count; // elements of values and average
    float rate; // 1 - decay
};

layout(binding = 0) restrict readonly buffer Values { float values[]; };
layout(binding = 1) restrict readonly buffer Apply { uint apply[]; };
layout(binding = 2) restrict buffer Average { float average[]; };

#include "common/indexing.glsl"

void main() {
    if (apply[0] == 0u) return;
    uint index = linear_group() * LOCAL_SIZE_X * ELEMENTS + gl_LocalInvocationID.x;
    for (uint i = 0; i < ELEMENTS; i++) {
        if (index >= count) return;
        float old = average[index];
        average[index] = old + rate * (values[index] - old);
        index += LOCAL_SIZE_X;
    }
}
