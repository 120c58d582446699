// Arithmetic on two tensors, element by element, with broadcasting.
//
//   y[i] = a[i] OP b[i]
//
// One invocation per element of y. RANK 0: all three tensors have the same elements in the same order. RANK 1 to 4: y has RANK axes
// (the host merges axes that both operands walk alike), and an operand's stride is 0 along an axis that it is broadcast over.
//
// y: [size0, size1, size2, size3]   a, b: any tensor, walked by strides
#version 460
#extension GL_GOOGLE_include_directive : require
#pragma cim variants(OP = add, subtract, multiply, divide)

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup
layout(constant_id = 1) const uint RANK = 0; // axes of y after merging; 0 for equal shapes

layout(push_constant) uniform Push {
    uint count; // elements of y
    uint size1; // lengths of the inner axes; the outermost needs none
    uint size2;
    uint size3;
    uint a_stride0; // elements between neighbours of a along each axis of y
    uint a_stride1;
    uint a_stride2;
    uint a_stride3;
    uint b_stride0;
    uint b_stride1;
    uint b_stride2;
    uint b_stride3;
};

layout(binding = 0) restrict readonly buffer A { float a[]; };
layout(binding = 1) restrict readonly buffer B { float b[]; };
layout(binding = 2) restrict writeonly buffer Y { float y[]; };

#include "common/indexing.glsl"

#define add 0
#define subtract 1
#define multiply 2
#define divide 3

float apply(float left, float right) {
#if OP == add
    return left + right;
#elif OP == subtract
    return left - right;
#elif OP == multiply
    return left * right;
#else
    return left / right;
#endif
}

uvec2 operand_offsets(uint index) {
    if (RANK == 0) return uvec2(index);
    uvec2 offsets = uvec2(0);
    if (RANK > 3) {
        offsets += (index % size3) * uvec2(a_stride3, b_stride3);
        index /= size3;
    }
    if (RANK > 2) {
        offsets += (index % size2) * uvec2(a_stride2, b_stride2);
        index /= size2;
    }
    if (RANK > 1) {
        offsets += (index % size1) * uvec2(a_stride1, b_stride1);
        index /= size1;
    }
    return offsets + index * uvec2(a_stride0, b_stride0);
}

void main() {
    uint index = linear_index();
    if (index >= count) return;
    uvec2 offsets = operand_offsets(index);
    y[index] = apply(a[offsets.x], b[offsets.y]);
}
