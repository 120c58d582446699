// A copy in the widest loads there are: what a device's memory can do at most.
//
//   y[i] = x[i]
//
// One invocation copies four vec4s that lie a workgroup apart.
//
// x, y: [4 * count] floats
#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64;  // invocations of a workgroup

layout(push_constant) uniform Push {
    uint count;  // vec4s of x and y
};

layout(binding = 0) restrict readonly buffer X { vec4 x[]; };
layout(binding = 1) restrict writeonly buffer Y { vec4 y[]; };

#include "common/indexing.glsl"

#define VECTORS 4

void main() {
    const uint first = linear_group() * LOCAL_SIZE_X * VECTORS + gl_LocalInvocationID.x;
    [[unroll]] for (uint i = 0; i < VECTORS; i++) {
        const uint index = first + i * LOCAL_SIZE_X;
        if (index < count) y[index] = x[index];
    }
}
