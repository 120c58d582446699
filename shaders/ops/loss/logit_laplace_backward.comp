// Negative log-likelihood of pixel values under a logit-Laplace distribution: gradient of the statistics.
//
//   grad_mu = -sign(logit(x) - mu) * exp(-log_scale) * grad_loss,   grad_log_scale = (1 - |logit(x) - mu| * exp(-log_scale)) * grad_loss
//
// One invocation per pixel value, which writes both gradients.
//
// statistics, grad_statistics: [batch, 2 * channels, pixels]   images, grad_loss: [batch, channels, pixels]   plane = channels * pixels
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
layout(binding = 2) restrict readonly buffer GradLoss { float grad_loss[]; };
layout(binding = 3) restrict writeonly buffer GradStatistics { float grad_statistics[]; };

#include "common/indexing.glsl"

void main() {
    uint index = linear_index();
    if (index >= count) return;
    uint at = index + (index / plane) * plane;
    float value = images[index];
    float difference = log(value) - log(1.0 - value) - statistics[at];
    float inverse_scale = exp(-statistics[at + plane]);
    float gradient = grad_loss[index];
    grad_statistics[at] = -sign(difference) * inverse_scale * gradient;
    grad_statistics[at + plane] = (1.0 - abs(difference) * inverse_scale) * gradient;
}
