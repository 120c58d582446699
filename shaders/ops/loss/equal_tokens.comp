// Marks where two integer tensors agree.
//
//   y = 1 where a = b, else 0
//
// One invocation per element.
//
// a, b, y: [count]
#version 460
#extension GL_GOOGLE_include_directive : require

layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // Invocations of a workgroup.
layout(local_size_x_id = 0) in;

layout(push_constant) uniform Push {
    uint count; // Elements.
};

layout(binding = 0) restrict readonly buffer A { int a[]; };
layout(binding = 1) restrict readonly buffer B { int b[]; };
layout(binding = 2) restrict writeonly buffer Y { float y[]; };

#include "common/indexing.glsl"

void main() {
    uint index = linear_index();
    if (index >= count) return;
    y[index] = a[index] == b[index] ? 1.0 : 0.0;
}
