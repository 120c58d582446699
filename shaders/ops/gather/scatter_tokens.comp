// Puts picked tokens back to their positions among zeros: the gradient of picking them.
//
//   y[b, t, c] = values[b, k, c] where positions[b, k] = t, else 0
//
// One invocation per word of y, which searches its token among the image's sorted positions; words are copied as bits.
//
// values: [batch, position_count, width]   positions: [batch, position_count], rising within an image   y: [batch, tokens, width]
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

layout(binding = 0) restrict readonly buffer Values { uint values[]; };
layout(binding = 1) restrict readonly buffer Positions { int positions[]; };
layout(binding = 2) restrict writeonly buffer Y { uint y[]; };

#include "common/indexing.glsl"
#include "ops/gather/positions.glsl"

void main() {
    uint index = linear_index();
    if (index >= count) return;
    uint row = index / width;
    uint image = row / tokens;
    uint found = find_position(image, int(row - image * tokens));
    uint value = 0;
    if (found != NOT_FOUND) value = values[(image * position_count + found) * width + (index - row * width)];
    y[index] = value;
}
