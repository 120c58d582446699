// Spreads class indices over an axis of zeros with one 1.
//
//   y[o, k, i] = 1 where indices[o, i] = k, else 0
//
// One invocation per element of y. An index outside [0, classes) gives zeros only.
//
// indices: [outer, inner]   y: [outer, classes, inner]; inner is 1 where classes are the last axis
#version 460
#extension GL_GOOGLE_include_directive : require

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup

layout(push_constant) uniform Push {
    uint count; // elements of y
    uint classes; // length of the new axis
    uint inner; // elements behind the new axis
};

layout(binding = 0) restrict readonly buffer Indices { int indices[]; };
layout(binding = 1) restrict writeonly buffer Y { float y[]; };

#include "common/indexing.glsl"

void main() {
    uint index = linear_index();
    if (index >= count) return;
    uint plane = index / inner;
    uint outer = plane / classes;
    int class_index = int(plane - outer * classes);
    y[index] = indices[outer * inner + (index - plane * inner)] == class_index ? 1.0 : 0.0;
}
