// Batch normalization with given statistics, and a ReLU where it is asked for.
//
//   y[b, c, p] = relu((x[b, c, p] - mean[c]) / sqrt(variance[c] + epsilon) * weight[c] + bias[c])
//
// One invocation per element, or per four neighbours: channels where they lie last, else places.
//
// x, y: [batch, channels, places] or [batch, places, channels]   mean, variance, weight, bias: [channels]
#version 460
#extension GL_GOOGLE_include_directive : require

layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup
layout(local_size_x_id = 0) in;
layout(constant_id = 1) const bool CHANNELS_LAST = false;
layout(constant_id = 2) const uint STORAGE_X = 0; // 0 fp32, 1 fp16, 2 bf16
layout(constant_id = 3) const uint STORAGE_Y = 0; // 0 fp32, 1 fp16, 2 bf16
layout(constant_id = 4) const bool HAS_RELU = false;
layout(constant_id = 5) const bool BY_FOURS = false; // channels last, or places are a multiple of 4

layout(push_constant) uniform Push {
    uint count; // elements, or fours of them
    uint channels;
    uint places; // height * width
    float epsilon;
};

layout(binding = 0) restrict readonly buffer X { uint x[]; };
layout(binding = 0) restrict readonly buffer XFours { uvec4 x_as_fours[]; };
layout(binding = 0) restrict readonly buffer XPairs { uvec2 x_as_pairs[]; };
layout(binding = 1) restrict readonly buffer Weight { float weight[]; };
layout(binding = 2) restrict readonly buffer Bias { float bias[]; };
layout(binding = 3) restrict readonly buffer Mean { float mean[]; };
layout(binding = 4) restrict readonly buffer Variance { float variance[]; };
layout(binding = 5) restrict writeonly buffer Y { uint y[]; };
layout(binding = 5) restrict writeonly buffer YFours { uvec4 y_as_fours[]; };
layout(binding = 5) restrict writeonly buffer YPairs { uvec2 y_as_pairs[]; };

#include "ops/norm/batch_norm.glsl"

void main() {
    const uint index = linear_index();
    if (index >= count) return;
    const uint at = BY_FOURS ? index * 4 : index;
    const uint channel = CHANNELS_LAST ? at % channels : at / places % channels;
    const vec4 inverse_deviation = 1.0 / sqrt(CHANNEL_VECTOR(variance, channel) + epsilon);
    const vec4 normal = (IMAGE_VECTOR(x, STORAGE_X, at) - CHANNEL_VECTOR(mean, channel)) * inverse_deviation;
    vec4 values = normal * CHANNEL_VECTOR(weight, channel) + CHANNEL_VECTOR(bias, channel);
    // A NaN stays one: it is no more above 0 than below.
    if (HAS_RELU) values = mix(values, vec4(0.0), lessThan(values, vec4(0.0)));
    if (!BY_FOURS) {
        y[at] = floatBitsToUint(values.x);
        return;
    }
    STORE_FOUR(y, STORAGE_Y, at, values)
}
