// Batch normalization: gradient of its input.
//
//   grad_input = weight[c] / sqrt(variance[c] + epsilon) * (g - (grad_bias[c] + normal * grad_weight[c]) * inverse_count),
//   normal = (x - mean[c]) / sqrt(variance[c] + epsilon), g = grad_output, or 0 where a ReLU was shut
//
// inverse_count is 1 / elements of a channel where the statistics are the input's own, and 0 where they are given. One invocation per element, or per
// four neighbours: channels where they lie last, else places.
//
// x, grad_output, grad_input: [batch, channels, places] or [batch, places, channels]   the others: [channels]
#version 460
#extension GL_GOOGLE_include_directive : require

layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup
layout(local_size_x_id = 0) in;
layout(constant_id = 1) const bool CHANNELS_LAST = false;
layout(constant_id = 2) const uint STORAGE_X = 0; // 0 fp32, 1 fp16, 2 bf16
layout(constant_id = 3) const uint STORAGE_GRAD_OUTPUT = 0; // 0 fp32, 1 fp16, 2 bf16
layout(constant_id = 4) const uint STORAGE_GRAD_INPUT = 0; // 0 fp32, 1 fp16, 2 bf16
layout(constant_id = 5) const bool HAS_RELU = false;
layout(constant_id = 6) const bool BY_FOURS = false; // channels last, or places are a multiple of 4

layout(push_constant) uniform Push {
    uint count; // elements, or fours of them
    uint channels;
    uint places; // height * width
    float epsilon;
    float inverse_count; // 1 / elements of a channel, or 0
};

layout(binding = 0) restrict readonly buffer X { uint x[]; };
layout(binding = 0) restrict readonly buffer XFours { uvec4 x_as_fours[]; };
layout(binding = 0) restrict readonly buffer XPairs { uvec2 x_as_pairs[]; };
layout(binding = 1) restrict readonly buffer GradOutput { uint grad_output[]; };
layout(binding = 1) restrict readonly buffer GradOutputFours { uvec4 grad_output_as_fours[]; };
layout(binding = 1) restrict readonly buffer GradOutputPairs { uvec2 grad_output_as_pairs[]; };
layout(binding = 2) restrict readonly buffer Weight { float weight[]; };
layout(binding = 3) restrict readonly buffer Bias { float bias[]; };
layout(binding = 4) restrict readonly buffer Mean { float mean[]; };
layout(binding = 5) restrict readonly buffer Variance { float variance[]; };
layout(binding = 6) restrict readonly buffer GradWeight { float grad_weight[]; };
layout(binding = 7) restrict readonly buffer GradBias { float grad_bias[]; };
layout(binding = 8) restrict writeonly buffer GradInput { uint grad_input[]; };
layout(binding = 8) restrict writeonly buffer GradInputFours { uvec4 grad_input_as_fours[]; };
layout(binding = 8) restrict writeonly buffer GradInputPairs { uvec2 grad_input_as_pairs[]; };

#include "ops/norm/batch_norm.glsl"

void main() {
    const uint index = linear_index();
    if (index >= count) return;
    const uint at = BY_FOURS ? index * 4 : index;
    const uint channel = CHANNELS_LAST ? at % channels : at / places % channels;
    const vec4 inverse_deviation = 1.0 / sqrt(CHANNEL_VECTOR(variance, channel) + epsilon);
    const vec4 own_weight = CHANNEL_VECTOR(weight, channel);
    const vec4 normal = (IMAGE_VECTOR(x, STORAGE_X, at) - CHANNEL_VECTOR(mean, channel)) * inverse_deviation;
    vec4 gradient = IMAGE_VECTOR(grad_output, STORAGE_GRAD_OUTPUT, at);
    if (HAS_RELU) gradient = mix(vec4(0.0), gradient, greaterThan(normal * own_weight + CHANNEL_VECTOR(bias, channel), vec4(0.0)));
    // Given statistics hang on nothing, whatever is bound as their sums.
    if (inverse_count > 0.0) gradient -= (CHANNEL_VECTOR(grad_bias, channel) + normal * CHANNEL_VECTOR(grad_weight, channel)) * inverse_count;
    const vec4 values = own_weight * inverse_deviation * gradient;
    if (!BY_FOURS) {
        grad_input[at] = floatBitsToUint(values.x);
        return;
    }
    STORE_FOUR(grad_input, STORAGE_GRAD_INPUT, at, values)
}
