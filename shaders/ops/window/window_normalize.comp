// Sliding-window normalization, the second of its two passes: joins the horizontal statistics of neighbouring rows.
//
//   y = (x - mean) / sqrt(variance + epsilon),   mean and variance over a window x window box around each pixel, reflected at the border
//   variance = mean(row_variance) + mean((row_mean - mean)^2)
//
// One invocation per pixel value. A box covers pooled_channels channels: 1, or all of an image's.
//
// images, y: [batch, channels, height, width]   row_mean, row_variance: the same, from window_row_statistics
#version 460
#extension GL_GOOGLE_include_directive : require

layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // Invocations of a workgroup.
layout(local_size_x_id = 0) in;

layout(push_constant) uniform Push {
    uint count; // Pixel values of all images.
    uint height;
    uint width;
    uint pooled_channels; // Channels that share mean and variance.
    uint window;          // Pixels across the box; window / 2 of them before the pixel.
    float epsilon;        // Added to the variance.
};

layout(binding = 0) restrict readonly buffer Images { float images[]; };
layout(binding = 1) restrict readonly buffer RowMean { float row_mean[]; };
layout(binding = 2) restrict readonly buffer RowVariance { float row_variance[]; };
layout(binding = 3) restrict writeonly buffer Y { float y[]; };

#include "common/indexing.glsl"
#include "ops/window/reflect.glsl"

void main() {
    uint index = linear_index();
    if (index >= count) return;
    uint plane = height * width;
    uint row = (index / width) % height;
    uint column = index % width;
    uint first = (index / (plane * pooled_channels)) * (plane * pooled_channels) + column;
    float center = row_mean[index];
    float sum = 0.0;
    float square_sum = 0.0;
    float variance_sum = 0.0;
    for (uint i = 0; i < window; i++) {
        uint at = first + reflected(int(row + i) - int(window / 2), height) * width;
        for (uint channel = 0; channel < pooled_channels; channel++, at += plane) {
            float difference = row_mean[at] - center;
            sum += difference;
            square_sum += difference * difference;
            variance_sum += row_variance[at];
        }
    }
    float rows = float(window * pooled_channels);
    float shift = sum / rows;
    float variance = variance_sum / rows + max(square_sum / rows - shift * shift, 0.0);
    y[index] = (images[index] - center - shift) / sqrt(variance + epsilon);
}
