// Negative log-likelihood of pixel values under a logit-Laplace distribution, forward (Ramesh et al. 2021).
//
//   loss = log(2) + log_scale + log(x * (1 - x)) + |logit(x) - mu| * exp(-log_scale),   logit(x) = log(x / (1 - x))
//
// One invocation per pixel value. Half of the statistics' channels are mu, the other half log_scale.
//
// statistics: [batch, 2 * channels, pixels]   images, loss: [batch, channels, pixels], all images within (0, 1)   plane = channels * pixels
#version 460
#extension GL_GOOGLE_include_directive : require

layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // Invocations of a workgroup.
layout(local_size_x_id = 0) in;

layout(push_constant) uniform Push {
    uint count; // Pixel values of all images.
    uint plane; // Pixel values of one image.
};

layout(binding = 0) restrict readonly buffer Statistics { float statistics[]; };
layout(binding = 1) restrict readonly buffer Images { float images[]; };
layout(binding = 2) restrict writeonly buffer Loss { float loss[]; };

#include "common/indexing.glsl"

void main() {
    uint index = linear_index();
    if (index >= count) return;
    uint at = index + (index / plane) * plane;
    float log_scale = statistics[at + plane];
    float value = images[index];
    float log_value = log(value);
    float log_rest = log(1.0 - value);
    float distance_to_mu = abs(log_value - log_rest - statistics[at]);
    loss[index] = 0.69314718 + log_scale + log_value + log_rest + distance_to_mu * exp(-log_scale);
}
