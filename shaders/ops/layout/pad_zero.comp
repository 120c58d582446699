// Puts a tensor into a longer axis of zeros: the gradient of a slice.
//
//   y[o, a, i] = x[o, a - start, i] where start <= a < start + x_length, else 0
//
// One invocation per word of y; words are copied as bits.
//
// x: [outer, x_length, inner]   y: [outer, y_length, inner]
#version 460
#extension GL_GOOGLE_include_directive : require

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup

layout(push_constant) uniform Push {
    uint count; // words of y
    uint x_row; // words of x per outer row: x_length * inner
    uint y_row; // words of y per outer row: y_length * inner
    uint first; // first word of a row of y that x fills: start * inner
};

layout(binding = 0) restrict readonly buffer X { uint x[]; };
layout(binding = 1) restrict writeonly buffer Y { uint y[]; };

#include "common/indexing.glsl"

void main() {
    uint index = linear_index();
    if (index >= count) return;
    uint row = index / y_row;
    // Words before the part wrap around to something huge, which fails the comparison as it should.
    uint column = index - row * y_row - first;
    uint value = 0;
    if (column < x_row) value = x[row * x_row + column];
    y[index] = value;
}
