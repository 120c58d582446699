// Stochastic depth (Huang et al., 2016): whole samples of a branch are dropped, what is kept is scaled so that the mean stays.
//
//   y = (u < keep ? x / keep : 0) + residual,   u in (0, 1) one number a sample
//
// Word 0 of Philox(key = seed, counter = (sample, 0, step, stream)) makes u, so that the gradient, which is the same map, repeats the draw.
// A workgroup takes LOCAL_SIZE_X * ELEMENTS neighbouring elements of one sample; each invocation takes every LOCAL_SIZE_X-th of them.
//
// step_scalars: [64] (seed low, seed high, step, ...)   x, residual, y: [sample_count, sample_length]
#version 460
#extension GL_GOOGLE_include_directive : require

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup
layout(constant_id = 1) const uint ELEMENTS = 16; // elements of an invocation
layout(constant_id = 2) const bool HAS_RESIDUAL = false; // residual is added

layout(push_constant) uniform Push {
    uint sample_count;
    uint sample_length; // elements of a sample
    uint groups_per_sample; // ceil(sample_length / (LOCAL_SIZE_X * ELEMENTS))
    uint stream; // tells this draw from the graph's others
    float keep; // share of the samples that is kept
};

layout(binding = 0) restrict readonly buffer StepScalars { uint step_scalars[]; };
layout(binding = 1) readonly buffer X { float x[]; };
layout(binding = 2) readonly buffer Residual { float residual[]; };
layout(binding = 3) restrict writeonly buffer Y { float y[]; };

#include "common/indexing.glsl"
#include "common/philox.glsl"

void main() {
    uint group = linear_group();
    uint index_of_sample = group / groups_per_sample;
    if (index_of_sample >= sample_count) return;
    vec4 unit = philox_unit(philox(uvec2(step_scalars[0], step_scalars[1]), uvec4(index_of_sample, 0, step_scalars[2], stream)));
    bool is_kept = unit.x < keep;
    uint first = index_of_sample * sample_length;
    uint at = group % groups_per_sample * (LOCAL_SIZE_X * ELEMENTS) + gl_LocalInvocationID.x;
    for (uint i = 0; i < ELEMENTS; i++) {
        if (at >= sample_length) return;
        float branch = is_kept ? x[first + at] / keep : 0.0;
        y[first + at] = HAS_RESIDUAL ? residual[first + at] + branch : branch;
        at += LOCAL_SIZE_X;
    }
}
