// The terms of an entropy, forward.
//
//   y = -p * log(p),   0 where p is 0
//
// One invocation per element.
//
// p, y: [count], p not negative
#version 460
#extension GL_GOOGLE_include_directive : require

layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // Invocations of a workgroup.
layout(local_size_x_id = 0) in;

layout(push_constant) uniform Push {
    uint count; // Elements.
};

layout(binding = 0) restrict readonly buffer P { float p[]; };
layout(binding = 1) restrict writeonly buffer Y { float y[]; };

#include "common/indexing.glsl"

void main() {
    uint index = linear_index();
    if (index >= count) return;
    float value = p[index];
    y[index] = value > 0.0 ? -value * log(value) : 0.0;
}
