// One step of stochastic gradient descent with momentum on a whole parameter set, with clipping by the global norm.
//
//   g = gradients / scale * min(1, clip_norm / (norm / scale + 1e-6)) + decay * w
//   b = momentum * b + g        w = w - rate * (b, or g + momentum * b where it looks ahead)
//
// Sutskever et al. (2013), "On the importance of initialization and momentum in deep learning", with decay as part of the gradient. scale is
// that of the loss whose gradients these are, 1 where it is not scaled. rate and decay are scaled per chunk of 64 elements. Where apply is 0,
// nothing changes.
// A workgroup updates LOCAL_SIZE_X * ELEMENTS neighbouring elements; each invocation takes every LOCAL_SIZE_X-th of them.
//
// gradients, values, momentum: [count]   norm, apply: [1]   counters: [8], the seventh the bits of 1 / scale
// chunk_scales: [count / 64, 2], of the learning rate and of the weight decay
#version 460
#extension GL_GOOGLE_include_directive : require

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup
layout(constant_id = 1) const uint ELEMENTS = 4; // elements of an invocation
layout(constant_id = 2) const bool NESTEROV = false; // looks ahead along the momentum

layout(push_constant) uniform Push {
    uint count; // elements of every large buffer
    uint rate_slot; // place of the learning rate among the step scalars
    float momentum_decay; // share of the momentum that is kept
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
layout(binding = 7) restrict buffer Momentum { float momentum[]; };

#include "common/indexing.glsl"
#include "ops/optimizer/clipping.glsl"

void main() {
    if (apply[0] == 0u) return;
    float factor = gradient_factor();
    float rate = uintBitsToFloat(step_scalars[rate_slot]);
    uint index = linear_group() * LOCAL_SIZE_X * ELEMENTS + gl_LocalInvocationID.x;
    for (uint i = 0; i < ELEMENTS; i++) {
        if (index >= count) return;
        vec2 scales = chunk_scales[index / 64];
        float value = values[index];
        float gradient = gradients[index] * factor + weight_decay * scales.y * value;
        float moved = momentum_decay * momentum[index] + gradient;
        momentum[index] = moved;
        values[index] = value - rate * scales.x * (NESTEROV ? gradient + momentum_decay * moved : moved);
        index += LOCAL_SIZE_X;
    }
}
