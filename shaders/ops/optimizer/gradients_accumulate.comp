// Sums gradients over micro-batches; the first one of a step overwrites what the step before left.
//
//   sum[i] = (is_first ? 0 : sum[i]) + factor * gradients[i]
//
// is_first is step_scalars[first_slot], not 0 for true. A workgroup updates LOCAL_SIZE_X * ELEMENTS neighbouring elements; each invocation
// takes every LOCAL_SIZE_X-th of them.
//
// gradients, sum: [count]   step_scalars: [64]
#version 460
#extension GL_GOOGLE_include_directive : require

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup
layout(constant_id = 1) const uint ELEMENTS = 4; // elements of an invocation

layout(push_constant) uniform Push {
    uint count; // elements of gradients and sum
    uint first_slot; // place of is_first among the step scalars
    float factor; // 1 / micro-batches for a mean
};

layout(binding = 0) restrict readonly buffer Gradients { float gradients[]; };
layout(binding = 1) restrict readonly buffer StepScalars { uint step_scalars[]; };
layout(binding = 2) restrict buffer Sum { float sum[]; };

#include "common/indexing.glsl"

void main() {
    bool is_first = step_scalars[first_slot] != 0u;
    uint index = linear_group() * LOCAL_SIZE_X * ELEMENTS + gl_LocalInvocationID.x;
    for (uint i = 0; i < ELEMENTS; i++) {
        if (index >= count) return;
        float scaled = factor * gradients[index];
        // Not multiplied by 0: the old sum may be a NaN.
        sum[index] = is_first ? scaled : sum[index] + scaled;
        index += LOCAL_SIZE_X;
    }
}
