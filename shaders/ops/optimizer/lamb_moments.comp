// The first of LAMB's three kernels (You et al., 2020): the moments of a whole parameter set, and what its trust ratios are made of.
//
//   g = gradients / scale * min(1, clip_norm / (norm / scale))
//   m = m + (1 - beta1) * (g - m)        v = beta2 * v + (1 - beta2) * g^2
//   partials[chunk] = (sum of w^2, sum of u^2) over the 64 elements of a chunk, u as in lamb.glsl
//
// t counts applied steps, this one included. scale is that of the loss whose gradients these are, 1 where it is not scaled. Where apply is 0,
// nothing changes and no partial sum is written. One workgroup per chunk; each invocation sums every LOCAL_SIZE_X-th element, a tree in
// shared memory joins them. LOCAL_SIZE_X is a power of two.
//
// gradients, values, first_moment, second_moment: [count], of which first_chunk chunks lie before   norm, apply: [1]
// counters: [8], the first is t, the seventh the bits of 1 / scale   chunk_scales: [chunks, 2], the second of the weight decay   partials: [chunks, 2]
#version 460
#extension GL_GOOGLE_include_directive : require

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup

layout(push_constant) uniform Push {
    uint count; // elements of every large buffer
    uint first_chunk; // chunks before them
    float one_minus_beta1;
    float one_minus_beta2;
    float log_beta1; // natural logarithm; the powers' distance from 1 keeps its digits that way
    float log_beta2;
    float epsilon;
    float weight_decay;
    float clip_norm; // 0 for no clipping
};

layout(binding = 0) restrict readonly buffer Gradients { float gradients[]; };
layout(binding = 1) restrict readonly buffer Norm { float norm[]; };
layout(binding = 2) restrict readonly buffer Apply { uint apply[]; };
layout(binding = 3) restrict readonly buffer Counters { uint counters[]; };
layout(binding = 4) restrict readonly buffer ChunkScales { vec2 chunk_scales[]; };
layout(binding = 5) restrict readonly buffer Values { float values[]; };
layout(binding = 6) restrict buffer FirstMoment { float first_moment[]; };
layout(binding = 7) restrict buffer SecondMoment { float second_moment[]; };
layout(binding = 8) restrict writeonly buffer Partials { vec2 partials[]; };

#include "common/indexing.glsl"
#include "ops/optimizer/lanes.glsl"
#include "ops/optimizer/lamb.glsl"

shared vec2 partial_sums[LOCAL_SIZE_X];

// What turns a gradient of the scaled loss into a clipped one of the loss.
float gradient_factor() {
    float unscale = uintBitsToFloat(counters[6]);
    return clip_norm > 0.0 && norm[0] * unscale > clip_norm ? clip_norm / norm[0] : unscale;
}

void main() {
    uint chunk = linear_group();
    if (apply[0] == 0u || chunk * 64 >= count) return;
    float factor = gradient_factor();
    float decay_scale = chunk_scales[first_chunk + chunk].y;
    Corrections c = corrections();
    uint lane = gl_LocalInvocationID.x;
    vec2 sums = vec2(0.0);
    for (uint i = lane; i < 64; i += LOCAL_SIZE_X) {
        uint index = chunk * 64 + i;
        float gradient = gradients[index] * factor;
        float first = first_moment[index];
        first += one_minus_beta1 * (gradient - first);
        float second = second_moment[index];
        second += one_minus_beta2 * (gradient * gradient - second);
        first_moment[index] = first;
        second_moment[index] = second;
        float value = values[index];
        float step = direction(c, first, second, value, decay_scale);
        sums += vec2(value * value, step * step);
    }
    partial_sums[lane] = sums;
    for (uint width = LOCAL_SIZE_X / 2; width > 0; width /= 2) {
        barrier(); // the sums of the level below are written
        if (lane < width) partial_sums[lane] += partial_sums[lane + width];
    }
    if (lane == 0) partials[first_chunk + chunk] = partial_sums[0];
}
