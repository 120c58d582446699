// Zeroes the tokens at given positions and keeps the others: the gradient of replacing tokens.
//
//   y[b, t, c] = 0 where t is among positions[b], else x[b, t, c]
//
// One invocation per word of y, which searches its token among the image's sorted positions; words are copied as bits.
//
// x, y: [batch, tokens, width]   positions: [batch, position_count], rising within an image
#version 460
#extension GL_GOOGLE_include_directive : require

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup

layout(push_constant) uniform Push {
    uint count; // words of y
    uint tokens; // tokens of an image
    uint position_count; // cleared tokens of an image
    uint width; // words of a token
};

layout(binding = 0) restrict readonly buffer X { uint x[]; };
layout(binding = 1) restrict readonly buffer Positions { int positions[]; };
layout(binding = 2) restrict writeonly buffer Y { uint y[]; };

#include "common/indexing.glsl"
#include "ops/gather/positions.glsl"

void main() {
    uint index = linear_index();
    if (index >= count) return;
    uint row = index / width;
    uint image = row / tokens;
    uint value = 0;
    if (find_position(image, int(row - image * tokens)) == NOT_FOUND) value = x[index];
    y[index] = value;
}
