// Mean and variance of each pixel's horizontal neighbourhood: the first of the two passes of sliding-window normalization.
//
//   row_mean = mean of x[column - before ... column - before + window - 1],   row_variance = mean of (x - row_mean)^2, reflected at the border
//
// One invocation per pixel. Works on differences from the pixel itself, so that no large squares cancel and a constant row gives exactly 0.
//
// images, row_mean, row_variance: [planes, height, width]
#version 460
#extension GL_GOOGLE_include_directive : require

layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // Invocations of a workgroup.
layout(local_size_x_id = 0) in;

layout(push_constant) uniform Push {
    uint count;  // Pixel values of all images.
    uint width;
    uint window; // Pixels across the box; window / 2 of them before the pixel.
};

layout(binding = 0) restrict readonly buffer Images { float images[]; };
layout(binding = 1) restrict writeonly buffer RowMean { float row_mean[]; };
layout(binding = 2) restrict writeonly buffer RowVariance { float row_variance[]; };

#include "common/indexing.glsl"
#include "ops/window/reflect.glsl"

void main() {
    uint index = linear_index();
    if (index >= count) return;
    uint column = index % width;
    uint first = index - column;
    float center = images[index];
    float sum = 0.0;
    float square_sum = 0.0;
    for (uint i = 0; i < window; i++) {
        float difference = images[first + reflected(int(column + i) - int(window / 2), width)] - center;
        sum += difference;
        square_sum += difference * difference;
    }
    float shift = sum / float(window);
    row_mean[index] = center + shift;
    row_variance[index] = max(square_sum / float(window) - shift * shift, 0.0);
}
