// The picture that the statistics of a logit-Laplace distribution stand for.
//
//   y = clamp((sigmoid(mu) - epsilon) / (1 - 2 * epsilon), 0, 1)
//
// One invocation per pixel value. The first half of the statistics' channels is mu.
//
// statistics: [batch, 2 * channels, pixels]   y: [batch, channels, pixels]   plane = channels * pixels
#version 460
#extension GL_GOOGLE_include_directive : require

layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // Invocations of a workgroup.
layout(local_size_x_id = 0) in;

layout(push_constant) uniform Push {
    uint count;    // Pixel values of all images.
    uint plane;    // Pixel values of one image.
    float epsilon; // Room that the pixel map left at both ends.
};

layout(binding = 0) restrict readonly buffer Statistics { float statistics[]; };
layout(binding = 1) restrict writeonly buffer Y { float y[]; };

#include "common/indexing.glsl"

void main() {
    uint index = linear_index();
    if (index >= count) return;
    float mu = statistics[index + (index / plane) * plane];
    float tail = exp(-abs(mu));
    float mapped = (mu >= 0.0 ? 1.0 : tail) / (1.0 + tail);
    y[index] = clamp((mapped - epsilon) / (1.0 - 2.0 * epsilon), 0.0, 1.0);
}
