// Batch normalization: mean and squared distances from it of every channel, over chunks of its elements.
//
//   mean[k, c] = mean of x over chunk k,   squares[k, c] = sum of (x - mean[k, c])^2
//
// One invocation per channel and chunk, or per four channels where they lie last; neighbours read neighbours. Chunk k holds every chunk_count-th element,
// beginning with the k-th. Sums are taken of distances from the chunk's first element, so that a mean far from 0 costs no digits.
// batch_norm_statistics_finish follows.
//
// x: [batch, channels, places] or [batch, places, channels]   mean, squares: [chunk_count, channels]
#version 460
#extension GL_GOOGLE_include_directive : require

layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup
layout(local_size_x_id = 0) in;
layout(constant_id = 1) const bool CHANNELS_LAST = false;
layout(constant_id = 2) const uint STORAGE_X = 0; // 0 fp32, 1 fp16, 2 bf16

layout(push_constant) uniform Push {
    uint batch; // images
    uint channels;
    uint places; // height * width
    uint chunk_count;
};

layout(binding = 0) restrict readonly buffer X { uint x[]; };
layout(binding = 0) restrict readonly buffer XFours { uvec4 x_as_fours[]; };
layout(binding = 0) restrict readonly buffer XPairs { uvec2 x_as_pairs[]; };
layout(binding = 1) restrict writeonly buffer Mean { float mean[]; };
layout(binding = 2) restrict writeonly buffer Squares { float squares[]; };

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
    Walk walk = walk_from(chunk, chunk_count, places);
    vec4 first = vec4(0.0);
    vec4 sum = vec4(0.0);
    vec4 sum_of_squares = vec4(0.0);
    for (uint i = 0; i < count; i++) {
        const uint at = CHANNELS_LAST ? (walk.image * places + walk.place) * channels + channel : (walk.image * channels + channel) * places + walk.place;
        const vec4 values = IMAGE_VECTOR(x, STORAGE_X, at);
        if (i == 0) first = values;
        const vec4 distances = values - first;
        sum += distances;
        sum_of_squares += distances * distances;
        step_on(walk, places);
    }
    const vec4 offset = sum / float(count);
    const vec4 result = max(sum_of_squares - offset * sum, vec4(0.0));
    for (uint j = 0; j < together; j++) {
        mean[chunk * channels + channel + j] = first[j] + offset[j];
        squares[chunk * channels + channel + j] = result[j];
    }
}
