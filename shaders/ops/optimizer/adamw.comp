// One step of AdamW on a whole parameter set (Loshchilov and Hutter, 2019), with clipping by the global norm.
//
//   g = gradients / scale * min(1, clip_norm / (norm / scale + 1e-6))
//   m = m + (1 - beta1) * (g - m)        v = beta2 * v + (1 - beta2) * g^2
//   w = w * (1 - rate * decay) - rate / (1 - beta1^t) * m / (sqrt(v / (1 - beta2^t)) + epsilon)
//
// t counts applied steps, this one included. scale is that of the loss whose gradients these are, 1 where it is not scaled. rate and decay are scaled per chunk of 64 elements. Where apply is 0, nothing changes.
// A workgroup updates LOCAL_SIZE_X * ELEMENTS neighbouring elements; each invocation takes every LOCAL_SIZE_X-th of them.
//
// gradients, values, first_moment, second_moment: [count]   norm, apply: [1]   counters: [8], the first is t, the seventh the bits of 1 / scale
// chunk_scales: [count / 64, 2], of the learning rate and of the weight decay
#version 460
#extension GL_GOOGLE_include_directive : require

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup
layout(constant_id = 1) const uint ELEMENTS = 4; // elements of an invocation

layout(push_constant) uniform Push {
    uint count; // elements of every large buffer
    uint rate_slot; // place of the learning rate among the step scalars
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
layout(binding = 4) restrict readonly buffer StepScalars { uint step_scalars[]; };
layout(binding = 5) restrict readonly buffer ChunkScales { vec2 chunk_scales[]; };
layout(binding = 6) restrict buffer Values { float values[]; };
layout(binding = 7) restrict buffer FirstMoment { float first_moment[]; };
layout(binding = 8) restrict buffer SecondMoment { float second_moment[]; };

#include "common/indexing.glsl"

// 1 - exp(x) for x at most 0, without cancellation near 0.
float one_minus_exp(float x) {
    if (x < -0.35) return 1.0 - exp(x);
    float p = 1.0 + x / 8.0;
    p = 1.0 + x / 7.0 * p;
    p = 1.0 + x / 6.0 * p;
    p = 1.0 + x / 5.0 * p;
    p = 1.0 + x / 4.0 * p;
    p = 1.0 + x / 3.0 * p;
    p = 1.0 + x / 2.0 * p;
    return -x * p;
}

// What turns a gradient of the scaled loss into a clipped one of the loss.
float gradient_factor() {
    float unscale = uintBitsToFloat(counters[6]);
    return clip_norm > 0.0 ? unscale * min(1.0, clip_norm / (norm[0] * unscale + 1e-6)) : unscale;
}

void main() {
    if (apply[0] == 0u) return;
    float factor = gradient_factor();
    float rate = uintBitsToFloat(step_scalars[rate_slot]);
    float t = float(counters[0]);
    float correction1 = one_minus_exp(t * log_beta1);
    float root_correction2 = sqrt(one_minus_exp(t * log_beta2));
    uint index = linear_group() * LOCAL_SIZE_X * ELEMENTS + gl_LocalInvocationID.x;
    for (uint i = 0; i < ELEMENTS; i++) {
        if (index >= count) return;
        vec2 scales = chunk_scales[index / 64];
        float chunk_rate = rate * scales.x;
        float gradient = gradients[index] * factor;
        float first = first_moment[index];
        first += one_minus_beta1 * (gradient - first);
        float second = second_moment[index];
        second += one_minus_beta2 * (gradient * gradient - second);
        float value = values[index];
        value -= chunk_rate * weight_decay * scales.y * value;
        value -= chunk_rate / correction1 * first / (sqrt(second) / root_correction2 + epsilon);
        first_moment[index] = first;
        second_moment[index] = second;
        values[index] = value;
        index += LOCAL_SIZE_X;
    }
}
