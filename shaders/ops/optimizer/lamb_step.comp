// The last of LAMB's three kernels: moves the values of a whole parameter set.
//
//   w = w - rate * ratio * u, u as in lamb.glsl
//
// rate and decay are scaled per chunk of 64 elements. Where apply is 0, nothing changes.
// A workgroup updates LOCAL_SIZE_X * ELEMENTS neighbouring elements; each invocation takes every LOCAL_SIZE_X-th of them.
//
// values, first_moment, second_moment: [count], of which first_chunk chunks lie before   apply: [1]   counters: [8], the first is t
// chunk_scales: [chunks, 2], of the learning rate and of the weight decay   ratios: [chunks]
#version 460
#extension GL_GOOGLE_include_directive : require

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup
layout(constant_id = 1) const uint ELEMENTS = 4; // elements of an invocation

layout(push_constant) uniform Push {
    uint count; // elements of every large buffer
    uint first_chunk; // chunks before them
    uint rate_slot; // place of the learning rate among the step scalars
    float log_beta1; // natural logarithm; the powers' distance from 1 keeps its digits that way
    float log_beta2;
    float epsilon;
    float weight_decay;
};

layout(binding = 0) restrict readonly buffer Apply { uint apply[]; };
layout(binding = 1) restrict readonly buffer Counters { uint counters[]; };
layout(binding = 2) restrict readonly buffer StepScalars { uint step_scalars[]; };
layout(binding = 3) restrict readonly buffer ChunkScales { vec2 chunk_scales[]; };
layout(binding = 4) restrict readonly buffer Ratios { float ratios[]; };
layout(binding = 5) restrict readonly buffer FirstMoment { float first_moment[]; };
layout(binding = 6) restrict readonly buffer SecondMoment { float second_moment[]; };
layout(binding = 7) restrict buffer Values { float values[]; };

#include "common/indexing.glsl"
#include "ops/optimizer/lamb.glsl"

void main() {
    if (apply[0] == 0u) return;
    float rate = uintBitsToFloat(step_scalars[rate_slot]);
    Corrections c = corrections();
    uint index = linear_group() * LOCAL_SIZE_X * ELEMENTS + gl_LocalInvocationID.x;
    for (uint i = 0; i < ELEMENTS; i++) {
        if (index >= count) return;
        uint chunk = first_chunk + index / 64;
        vec2 scales = chunk_scales[chunk];
        float value = values[index];
        float step = direction(c, first_moment[index], second_moment[index], value, scales.y);
        values[index] = value - rate * scales.x * ratios[chunk] * step;
        index += LOCAL_SIZE_X;
    }
}
