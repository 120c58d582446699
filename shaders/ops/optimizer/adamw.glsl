// AdamW's update, shared by the kernels that keep an average of the weights (KEEPS_AVERAGE) or write their copy in 16 bits (WRITES_COPY), and the one
// that does neither.

#include "ops/optimizer/lanes.glsl"

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup
layout(constant_id = 1) const uint ELEMENTS = 4; // elements of an invocation, or fours
#ifdef WRITES_COPY
layout(constant_id = 2) const uint STORAGE_COPY = 1; // 1 fp16, 2 bf16
#endif

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
#ifdef KEEPS_AVERAGE
    float average_rate; // 1 - decay of the average
#endif
};

layout(binding = 0) restrict readonly buffer Gradients { LANES gradients[]; };
layout(binding = 1) restrict readonly buffer Norm { float norm[]; };
layout(binding = 2) restrict readonly buffer Apply { uint apply[]; };
layout(binding = 3) restrict readonly buffer Counters { uint counters[]; };
layout(binding = 4) restrict readonly buffer StepScalars { uint step_scalars[]; };
layout(binding = 5) restrict readonly buffer ChunkScales { vec2 chunk_scales[]; };
layout(binding = 6) restrict buffer Values { LANES values[]; };
layout(binding = 7) restrict buffer FirstMoment { LANES first_moment[]; };
layout(binding = 8) restrict buffer SecondMoment { LANES second_moment[]; };
#ifdef KEEPS_AVERAGE
layout(binding = 9) restrict buffer Average { LANES average[]; };
#endif
#ifdef WRITES_COPY
#ifdef KEEPS_AVERAGE
#define COPY_BINDING 10
#else
#define COPY_BINDING 9
#endif
layout(binding = COPY_BINDING) restrict writeonly buffer Copy { uvec2 copy[]; };
#include "common/rounding.glsl"
#endif

#include "common/indexing.glsl"

#include "ops/optimizer/bias_correction.glsl"
#include "ops/optimizer/clipping.glsl"

void update() {
    if (apply[0] == 0u) return;
    float factor = gradient_factor();
    float rate = uintBitsToFloat(step_scalars[rate_slot]);
    float t = float(counters[0]);
    float correction1 = one_minus_exp(t * log_beta1);
    float root_correction2 = sqrt(one_minus_exp(t * log_beta2));
    uint index = linear_group() * LOCAL_SIZE_X * ELEMENTS + gl_LocalInvocationID.x;
    for (uint i = 0; i < ELEMENTS; i++) {
        if (index >= IN_LANES(count)) return;
        vec2 scales = chunk_scales[index / IN_LANES(64)];
        float chunk_rate = rate * scales.x;
        LANES gradient = gradients[index] * factor;
        LANES first = first_moment[index];
        first += one_minus_beta1 * (gradient - first);
        LANES second = second_moment[index];
        second += one_minus_beta2 * (gradient * gradient - second);
        LANES value = values[index];
        value -= chunk_rate * weight_decay * scales.y * value;
        value -= chunk_rate / correction1 * first / (sqrt(second) / root_correction2 + epsilon);
        first_moment[index] = first;
        second_moment[index] = second;
        values[index] = value;
#ifdef WRITES_COPY
        copy[index] = rounded_four(STORAGE_COPY, value);
#endif
#ifdef KEEPS_AVERAGE
        LANES old = average[index];
        average[index] = old + average_rate * (value - old);
#endif
        index += LOCAL_SIZE_X;
    }
}
