// The second of LAMB's three kernels: the trust ratio of every parameter.
//
//   ratios[chunk] = |w| / |u| of the parameter that the chunk belongs to; 1 where either is 0, or where the parameter does not adapt
//
// One workgroup per parameter: each invocation sums every LOCAL_SIZE_X-th of its chunks, a tree in shared memory joins them.
// LOCAL_SIZE_X is a power of two. Where apply is 0, nothing is written.
//
// parameter_chunks: [parameter_count, 3], first chunk, number of chunks, whether the parameter adapts   apply: [1]
// partials: [chunks, 2], sums of w^2 and u^2   ratios: [chunks]
#version 460
#extension GL_GOOGLE_include_directive : require

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup

layout(push_constant) uniform Push {
    uint parameter_count;
};

layout(binding = 0) restrict readonly buffer ParameterChunks { uint parameter_chunks[]; };
layout(binding = 1) restrict readonly buffer Apply { uint apply[]; };
layout(binding = 2) restrict readonly buffer Partials { vec2 partials[]; };
layout(binding = 3) restrict writeonly buffer Ratios { float ratios[]; };

#include "common/indexing.glsl"

shared vec2 partial_sums[LOCAL_SIZE_X];

void main() {
    uint parameter = linear_group();
    if (apply[0] == 0u || parameter >= parameter_count) return;
    uint first = parameter_chunks[3 * parameter];
    uint end = first + parameter_chunks[3 * parameter + 1];
    bool adapts = parameter_chunks[3 * parameter + 2] != 0u;
    uint lane = gl_LocalInvocationID.x;
    vec2 sums = vec2(0.0);
    for (uint chunk = first + lane; chunk < end; chunk += LOCAL_SIZE_X) sums += partials[chunk];
    partial_sums[lane] = sums;
    for (uint width = LOCAL_SIZE_X / 2; width > 0; width /= 2) {
        barrier(); // the sums of the level below are written
        if (lane < width) partial_sums[lane] += partial_sums[lane + width];
    }
    barrier(); // the sums are written
    vec2 norms = sqrt(partial_sums[0]);
    float ratio = adapts && norms.x > 0.0 && norms.y > 0.0 ? norms.x / norms.y : 1.0;
    for (uint chunk = first + lane; chunk < end; chunk += LOCAL_SIZE_X) ratios[chunk] = ratio;
}
