// Copies 32-bit words from one strided walk to another: permutations, slices, parts of a concatenation.
//
//   y[y_offset + sum(c[k] * y_stride[k])] = x[x_offset + sum(c[k] * x_stride[k])]
//
// One invocation per word; c runs over [size0, size1, ...] of RANK axes, which the host has merged as far as both walks allow.
// Words are copied as bits, so any 32-bit element type does. A launch that covers only a part of y leaves the rest to other launches.
//
// x, y: any tensor, walked by strides
#version 460
#extension GL_GOOGLE_include_directive : require

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup
layout(constant_id = 1) const uint RANK = 1; // axes of the walk, 1 to 6

layout(push_constant) uniform Push {
    uint count; // words copied
    uint x_offset; // first word read
    uint y_offset; // first word written
    uint size1; // lengths of the inner axes; the outermost needs none
    uint size2;
    uint size3;
    uint size4;
    uint size5;
    uint x_stride0; // words between neighbours of x along each axis
    uint x_stride1;
    uint x_stride2;
    uint x_stride3;
    uint x_stride4;
    uint x_stride5;
    uint y_stride0; // words between neighbours of y along each axis
    uint y_stride1;
    uint y_stride2;
    uint y_stride3;
    uint y_stride4;
    uint y_stride5;
};

layout(binding = 0) restrict readonly buffer X { uint x[]; };
layout(binding = 1) restrict writeonly buffer Y { uint y[]; };

#include "common/indexing.glsl"

// Takes the innermost axis off the index and moves both offsets along it.
void step_axis(inout uint index, inout uvec2 offsets, uint size, uint x_stride, uint y_stride) {
    uint outer = index / size;
    offsets += (index - outer * size) * uvec2(x_stride, y_stride);
    index = outer;
}

void main() {
    uint index = linear_index();
    if (index >= count) return;
    uvec2 offsets = uvec2(x_offset, y_offset);
    if (RANK > 5) step_axis(index, offsets, size5, x_stride5, y_stride5);
    if (RANK > 4) step_axis(index, offsets, size4, x_stride4, y_stride4);
    if (RANK > 3) step_axis(index, offsets, size3, x_stride3, y_stride3);
    if (RANK > 2) step_axis(index, offsets, size2, x_stride2, y_stride2);
    if (RANK > 1) step_axis(index, offsets, size1, x_stride1, y_stride1);
    offsets += index * uvec2(x_stride0, y_stride0);
    y[offsets.y] = x[offsets.x];
}
