// Copies weights in 16 bits, rounded to nearest even, for products to read.
//
//   y[i] = x[i] in STORAGE_Y
//
// One invocation per four elements.
//
// x, y: [fours, 4]
#version 460
#extension GL_GOOGLE_include_directive : require

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup
layout(constant_id = 1) const uint STORAGE_Y = 1; // 1 fp16, 2 bf16

layout(push_constant) uniform Push {
    uint fours; // of x and y
};

layout(binding = 0) restrict readonly buffer X { vec4 x[]; };
layout(binding = 1) restrict writeonly buffer Y { uvec2 y[]; };

#include "common/indexing.glsl"
#include "common/rounding.glsl"

void main() {
    uint index = linear_index();
    if (index < fours) y[index] = rounded_four(STORAGE_Y, x[index]);
}
