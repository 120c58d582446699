// Batch normalization: mean and variances of every channel from those of its chunks.
//
//   mean[c] = sum of count[k] * chunk_mean[k, c] / n,   variance[c] = sum of (squares[k, c] + count[k] * (chunk_mean[k, c] - mean[c])^2) / n
//   unbiased[c] = variance[c] * n / (n - 1)
//
// One row per channel, see rows.glsl. Chunk k holds every chunk_count-th of the n elements, beginning with the k-th.
//
// chunk_mean, squares: [chunk_count, channels]   mean, variance, unbiased: [channels]
#version 460
#pragma cim variants(FORM = invocation, group)
#extension GL_GOOGLE_include_directive : require

layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup, a power of two
layout(local_size_x_id = 0) in;

layout(push_constant) uniform Push {
    uint channels;
    uint chunk_count;
    uint element_count; // n, of a channel
};

layout(binding = 0) restrict readonly buffer ChunkMean { float chunk_mean[]; };
layout(binding = 1) restrict readonly buffer Squares { float squares[]; };
layout(binding = 2) restrict writeonly buffer Mean { float mean[]; };
layout(binding = 3) restrict writeonly buffer Variance { float variance[]; };
layout(binding = 4) restrict writeonly buffer Unbiased { float unbiased[]; };

#include "common/rows.glsl"

float count_of(uint chunk) {
    return float((element_count - chunk + chunk_count - 1) / chunk_count);
}

void main() {
    const uint channel = row_index();
    if (channel >= channels) return;
    // Distances from one of the means, for the same reason as in the chunks.
    const float first = chunk_mean[channel];
    float sum = 0.0;
    for (uint k = row_lane(); k < chunk_count; k += row_lanes()) sum += count_of(k) * (chunk_mean[k * channels + channel] - first);
    const float offset = row_sum(sum) / float(element_count);
    float distances = 0.0;
    for (uint k = row_lane(); k < chunk_count; k += row_lanes()) {
        const float distance = chunk_mean[k * channels + channel] - first - offset;
        distances += squares[k * channels + channel] + count_of(k) * distance * distance;
    }
    distances = row_sum(distances);
    if (row_lane() > 0) return;
    mean[channel] = first + offset;
    variance[channel] = distances / float(element_count);
    unbiased[channel] = distances / float(element_count - 1);
}
