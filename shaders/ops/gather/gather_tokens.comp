// Picks tokens of each image by their positions.
//
//   y[b, k, c] = x[b, positions[b, k], c]
//
// One invocation per word of y; words are copied as bits. A position outside the image reads its nearest token.
//
// x: [batch, tokens, width]   positions: [batch, position_count]   y: [batch, position_count, width]
#version 460
#extension GL_GOOGLE_include_directive : require

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup

layout(push_constant) uniform Push {
    uint count; // words of y
    uint tokens; // tokens of an image
    uint position_count; // picked tokens of an image
    uint width; // words of a token
};

layout(binding = 0) restrict readonly buffer X { uint x[]; };
layout(binding = 1) restrict readonly buffer Positions { int positions[]; };
layout(binding = 2) restrict writeonly buffer Y { uint y[]; };

#include "common/indexing.glsl"

void main() {
    uint index = linear_index();
    if (index >= count) return;
    uint pick = index / width;
    uint image = pick / position_count;
    uint token = uint(clamp(positions[pick], 0, int(tokens) - 1));
    y[index] = x[(image * tokens + token) * width + (index - pick * width)];
}
