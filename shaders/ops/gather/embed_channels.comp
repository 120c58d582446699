// A 1x1 convolution over one-hot pixels without the one-hot: every pixel reads its class' column of the weight.
//
//   y[b, o, p] = weight[o, indices[b, p]] + bias[o]
//
// One invocation per element of y. An index outside [0, classes) reads the nearest class.
//
// indices: [batch, pixels]   weight: [channels, classes]   bias: [channels]   y: [batch, channels, pixels]
#version 460
#extension GL_GOOGLE_include_directive : require

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup

layout(push_constant) uniform Push {
    uint count; // elements of y
    uint channels; // output channels
    uint pixels; // pixels of an image
    uint classes; // columns of the weight
};

layout(binding = 0) restrict readonly buffer Indices { int indices[]; };
layout(binding = 1) restrict readonly buffer Weight { float weight[]; };
layout(binding = 2) restrict readonly buffer Bias { float bias[]; };
layout(binding = 3) restrict writeonly buffer Y { float y[]; };

#include "common/indexing.glsl"

void main() {
    uint index = linear_index();
    if (index >= count) return;
    uint plane = index / pixels;
    uint image = plane / channels;
    uint channel = plane - image * channels;
    int class_index = clamp(indices[image * pixels + (index - plane * pixels)], 0, int(classes) - 1);
    y[index] = weight[channel * classes + uint(class_index)] + bias[channel];
}
