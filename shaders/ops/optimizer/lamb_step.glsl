// The last of LAMB's three kernels, shared by the one that writes the weights' copy in 16 bits (WRITES_COPY) and the one that does not.

#include "ops/optimizer/lanes.glsl"

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup
layout(constant_id = 1) const uint ELEMENTS = 4; // elements of an invocation, or fours
#ifdef WRITES_COPY
layout(constant_id = 2) const uint STORAGE_COPY = 1; // 1 fp16, 2 bf16
#endif

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
layout(binding = 5) restrict readonly buffer FirstMoment { LANES first_moment[]; };
layout(binding = 6) restrict readonly buffer SecondMoment { LANES second_moment[]; };
layout(binding = 7) restrict buffer Values { LANES values[]; };
#ifdef WRITES_COPY
layout(binding = 8) restrict writeonly buffer Copy { uvec2 copy[]; };
#include "common/rounding.glsl"
#endif

#include "common/indexing.glsl"
#include "ops/optimizer/lamb.glsl"

void update() {
    if (apply[0] == 0u) return;
    float rate = uintBitsToFloat(step_scalars[rate_slot]);
    Corrections c = corrections();
    uint index = linear_group() * LOCAL_SIZE_X * ELEMENTS + gl_LocalInvocationID.x;
    for (uint i = 0; i < ELEMENTS; i++) {
        if (index >= IN_LANES(count)) return;
        uint chunk = first_chunk + index / IN_LANES(64);
        vec2 scales = chunk_scales[chunk];
        LANES value = values[index];
        LANES step = direction(c, first_moment[index], second_moment[index], value, scales.y);
        value -= rate * scales.x * ratios[chunk] * step;
        values[index] = value;
#ifdef WRITES_COPY
        copy[index] = rounded_four(STORAGE_COPY, value);
#endif
        index += LOCAL_SIZE_X;
    }
}
