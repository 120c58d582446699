// Batch normalization: gradients of weight and bias, over chunks of a channel's elements.
//
//   grad_weight[k, c] = sum of g * (x - mean[c]) / sqrt(variance[c] + epsilon),   grad_bias[k, c] = sum of g   over chunk k,
//   where g is grad_output, or 0 where a ReLU was shut
//
// One invocation per channel and chunk, or per four channels where they lie last; neighbours read neighbours. Chunk k holds every chunk_count-th element,
// beginning with the k-th. batch_norm_reduce_parameters follows.
//
// x, grad_output: [batch, channels, places] or [batch, places, channels]   weight, bias, mean, variance: [channels]
// grad_weight, grad_bias: [chunk_count, channels]
#version 460
#extension GL_GOOGLE_include_directive : require

layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup
layout(local_size_x_id = 0) in;
layout(constant_id = 1) const bool CHANNELS_LAST = false;
layout(constant_id = 2) const uint STORAGE_X = 0; // 0 fp32, 1 fp16, 2 bf16
layout(constant_id = 3) const uint STORAGE_GRAD_OUTPUT = 0; // 0 fp32, 1 fp16, 2 bf16
layout(constant_id = 4) const bool HAS_RELU = false;

layout(push_constant) uniform Push {
    uint batch; // images
    uint channels;
    uint places; // height * width
    uint chunk_count;
    float epsilon;
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
layout(binding = 6) restrict writeonly buffer GradWeight { float grad_weight[]; };
layout(binding = 7) restrict writeonly buffer GradBias { float grad_bias[]; };

#define BY_FOURS CHANNELS_LAST

#include "ops/norm/batch_norm.glsl"

void main() {
    const uint together = CHANNELS_LAST ? 4 : 1;
    const uint rows = channels / together;
    const uint index = linear_index();
    if (index >= rows * chunk_count) return;
    const uint channel = (CHANNELS_LAST ? index % rows : index / chunk_count) * together;
    const uint chunk = CHANNELS_LAST ? index / rows : index % chunk_count;
    const uint count = elements_of_chunk(chunk, chunk_count, batch * places);
    const vec4 own_mean = CHANNEL_VECTOR(mean, channel);
    const vec4 inverse_deviation = 1.0 / sqrt(CHANNEL_VECTOR(variance, channel) + epsilon);
    const vec4 own_weight = CHANNEL_VECTOR(weight, channel);
    const vec4 own_bias = CHANNEL_VECTOR(bias, channel);
    Walk walk = walk_from(chunk, chunk_count, places);
    vec4 weight_sum = vec4(0.0);
    vec4 bias_sum = vec4(0.0);
    for (uint i = 0; i < count; i++) {
        const uint at = CHANNELS_LAST ? (walk.image * places + walk.place) * channels + channel : (walk.image * channels + channel) * places + walk.place;
        const vec4 normal = (IMAGE_VECTOR(x, STORAGE_X, at) - own_mean) * inverse_deviation;
        vec4 gradient = IMAGE_VECTOR(grad_output, STORAGE_GRAD_OUTPUT, at);
        if (HAS_RELU) gradient = mix(vec4(0.0), gradient, greaterThan(normal * own_weight + own_bias, vec4(0.0)));
        weight_sum += gradient * normal;
        bias_sum += gradient;
        step_on(walk, places);
    }
    for (uint j = 0; j < together; j++) {
        grad_weight[chunk * channels + channel + j] = weight_sum[j];
        grad_bias[chunk * channels + channel + j] = bias_sum[j];
    }
}
