// What a branch of each sample is multiplied by in stochastic depth (Huang et al., 2016): 0 drops it, what is kept is scaled so that the mean stays.
//
//   y[i] = u < keep ? 1 / keep : 0,   u in (0, 1) one number a sample
//
// Word 0 of Philox(key = seed, counter = (sample, 0, step, stream)) makes u. One invocation a sample.
//
// step_scalars: [64] (seed low, seed high, step, ...)   y: [sample_count]
#version 460
#extension GL_GOOGLE_include_directive : require

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup

layout(push_constant) uniform Push {
    uint sample_count;
    uint stream; // tells this draw from the graph's others
    float keep; // share of the samples that is kept
};

layout(binding = 0) restrict readonly buffer StepScalars { uint step_scalars[]; };
layout(binding = 1) restrict writeonly buffer Y { float y[]; };

#include "common/indexing.glsl"
#include "common/philox.glsl"

void main() {
    const uint index = linear_index();
    if (index >= sample_count) return;
    const vec4 unit = philox_unit(philox(uvec2(step_scalars[0], step_scalars[1]), uvec4(index, 0, step_scalars[2], stream)));
    y[index] = unit.x < keep ? 1.0 / keep : 0.0;
}
