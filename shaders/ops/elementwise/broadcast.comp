// Stretches a tensor to a larger shape and scales it.
//
//   y[i] = factor * x[broadcast(i)]
//
// One invocation per element of y. y has RANK axes after the host merged those that x walks evenly; x's stride is 0 along a stretched axis.
//
// y: [size0, size1, size2, size3]   x: any tensor, walked by strides
#version 460
#extension GL_GOOGLE_include_directive : require

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup
layout(constant_id = 1) const uint RANK = 1; // axes of y after merging, 1 to 4

layout(push_constant) uniform Push {
    uint count; // elements of y
    float factor; // multiplies every element
    uint size1; // lengths of the inner axes; the outermost needs none
    uint size2;
    uint size3;
    uint stride0; // elements between neighbours of x along each axis of y
    uint stride1;
    uint stride2;
    uint stride3;
};

layout(binding = 0) restrict readonly buffer X { float x[]; };
layout(binding = 1) restrict writeonly buffer Y { float y[]; };

#include "common/indexing.glsl"

uint source_offset(uint index) {
    uint offset = 0;
    if (RANK > 3) {
        offset += (index % size3) * stride3;
        index /= size3;
    }
    if (RANK > 2) {
        offset += (index % size2) * stride2;
        index /= size2;
    }
    if (RANK > 1) {
        offset += (index % size1) * stride1;
        index /= size1;
    }
    return offset + index * stride0;
}

void main() {
    uint index = linear_index();
    if (index >= count) return;
    y[index] = factor * x[source_offset(index)];
}
