// The update of stochastic gradient descent, shared by the kernel that writes the weights' copy in 16 bits (WRITES_COPY) and the one that does not.

#include "ops/optimizer/lanes.glsl"

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup
layout(constant_id = 1) const uint ELEMENTS = 4; // elements of an invocation, or fours
layout(constant_id = 2) const bool NESTEROV = false; // looks ahead along the momentum
#ifdef WRITES_COPY
layout(constant_id = 3) const uint STORAGE_COPY = 1; // 1 fp16, 2 bf16
#endif

layout(push_constant) uniform Push {
    uint count; // elements of every large buffer
    uint rate_slot; // place of the learning rate among the step scalars
    float momentum_decay; // share of the momentum that is kept
    float weight_decay;
    float clip_norm; // 0 for no clipping
};

layout(binding = 0) restrict readonly buffer Gradients { LANES gradients[]; };
layout(binding = 1) restrict readonly buffer Norm { float norm[]; };
layout(binding = 2) restrict readonly buffer Apply { uint apply[]; };
layout(binding = 3) restrict readonly buffer Counters { uint counters[]; };
layout(binding = 4) restrict readonly buffer StepScalars { uint step_scalars[]; };
layout(binding = 5) restrict readonly buffer ChunkScales { vec2 chunk_scales[]; };
layout(binding = 6) restrict buffer Values { LANES values[]; };
layout(binding = 7) restrict buffer Momentum { LANES momentum[]; };
#ifdef WRITES_COPY
layout(binding = 8) restrict writeonly buffer Copy { uvec2 copy[]; };
#include "common/rounding.glsl"
#endif

#include "common/indexing.glsl"
#include "ops/optimizer/clipping.glsl"

void update() {
    if (apply[0] == 0u) return;
    float factor = gradient_factor();
    float rate = uintBitsToFloat(step_scalars[rate_slot]);
    uint index = linear_group() * LOCAL_SIZE_X * ELEMENTS + gl_LocalInvocationID.x;
    for (uint i = 0; i < ELEMENTS; i++) {
        if (index >= IN_LANES(count)) return;
        vec2 scales = chunk_scales[index / IN_LANES(64)];
        LANES value = values[index];
        LANES gradient = gradients[index] * factor + weight_decay * scales.y * value;
        LANES moved = momentum_decay * momentum[index] + gradient;
        momentum[index] = moved;
        value -= rate * scales.x * (NESTEROV ? gradient + momentum_decay * moved : moved);
        values[index] = value;
#ifdef WRITES_COPY
        copy[index] = rounded_four(STORAGE_COPY, value);
#endif
        index += LOCAL_SIZE_X;
    }
}
