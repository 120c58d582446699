// Overwrites the tokens at given positions, with one value each or with the same one, and keeps the others.
//
//   y[b, t, c] = values[k-th of image b, c] where positions[b, k] = t, else x[b, t, c]
//
// One invocation per word of y, which searches its token among the image's sorted positions; words are copied as bits.
//
// x, y: [batch, tokens, width]   positions: [batch, position_count], rising within an image
// values: [batch, position_count, width], or [width] with value_stride 0
#version 460
#extension GL_GOOGLE_include_directive : require

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup

layout(push_constant) uniform Push {
    uint count; // words of y
    uint tokens; // tokens of an image
    uint position_count; // replaced tokens of an image
    uint width; // words of a token
    uint value_stride; // words between the values of neighbouring positions; 0 where all share one
};

layout(binding = 0) restrict readonly buffer X { uint x[]; };
layout(binding = 1) restrict readonly buffer Positions { int positions[]; };
layout(binding = 2) restrict readonly buffer Values { uint values[]; };
layout(binding = 3) restrict writeonly buffer Y { uint y[]; };

#include "common/indexing.glsl"
#include "ops/gather/positions.glsl"

void main() {
    uint index = linear_index();
    if (index >= count) return;
    uint row = index / width;
    uint image = row / tokens;
    uint found = find_position(image, int(row - image * tokens));
    if (found != NOT_FOUND) y[index] = values[(image * position_count + found) * value_stride + (index - row * width)];
    else y[index] = x[index];
}
