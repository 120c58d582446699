// The terms of an entropy: gradient of the probabilities.
//
//   grad_p = -(log(p) + 1) * grad_output,   with p not below 1e-30, so that an unused code has a large but finite gradient
//
// One invocation per element.
//
// p, grad_output, grad_p: [count], p not negative
#version 460
#extension GL_GOOGLE_include_directive : require

layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // Invocations of a workgroup.
layout(local_size_x_id = 0) in;

layout(push_constant) uniform Push {
    uint count; // Elements.
};

layout(binding = 0) restrict readonly buffer P { float p[]; };
layout(binding = 1) restrict readonly buffer GradOutput { float grad_output[]; };
layout(binding = 2) restrict writeonly buffer GradP { float grad_p[]; };

#include "common/indexing.glsl"

void main() {
    uint index = linear_index();
    if (index >= count) return;
    grad_p[index] = -(log(max(p[index], 1e-30)) + 1.0) * grad_output[index];
}
