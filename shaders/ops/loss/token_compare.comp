// Compares two integer tensors element by element.
//
//   equal: y = 1 where a = b, else 0     different: y = 1 where a and b differ, else 0
//
// One invocation per element.
//
// a, b, y: [count]
#version 460
#extension GL_GOOGLE_include_directive : require
#pragma cim variants(KIND = equal_tokens, different_tokens)

layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // Invocations of a workgroup.
layout(local_size_x_id = 0) in;

layout(push_constant) uniform Push {
    uint count; // Elements.
};

layout(binding = 0) restrict readonly buffer A { int a[]; };
layout(binding = 1) restrict readonly buffer B { int b[]; };
layout(binding = 2) restrict writeonly buffer Y { float y[]; };

#include "common/indexing.glsl"

#define equal_tokens 1
#define different_tokens 2

void main() {
    uint index = linear_index();
    if (index >= count) return;
    bool same = a[index] == b[index];
#if KIND == equal_tokens
    y[index] = same ? 1.0 : 0.0;
#else
    y[index] = same ? 0.0 : 1.0;
#endif
}
