// Marks the tokens at given positions.
//
//   mask[b, t] = 1 where t is among positions[b], else 0
//
// One invocation per token, which searches itself among the image's sorted positions.
//
// positions: [batch, position_count], rising within an image   mask: [batch, tokens]
#version 460
#extension GL_GOOGLE_include_directive : require

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup

layout(push_constant) uniform Push {
    uint count; // batch * tokens
    uint tokens; // tokens of an image
    uint position_count; // marked tokens of an image
};

layout(binding = 0) restrict readonly buffer Positions { int positions[]; };
layout(binding = 1) restrict writeonly buffer Mask { float mask[]; };

#include "common/indexing.glsl"
#include "ops/gather/positions.glsl"

void main() {
    uint index = linear_index();
    if (index >= count) return;
    uint image = index / tokens;
    mask[index] = find_position(image, int(index - image * tokens)) == NOT_FOUND ? 0.0 : 1.0;
}
