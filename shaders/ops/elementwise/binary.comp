// Arithmetic on two tensors, element by element, with broadcasting.
//
//   y[i] = a[i] OP b[i]
//
// One invocation per element of y. RANK 0: all three tensors have the same elements in the same order. RANK 1 to 4: y has RANK axes
// (the host merges axes that both operands walk alike), and an operand's stride is 0 along an axis that it is broadcast over.
//
// With 16-bit operands an invocation takes four neighbours; RANK is 0 then.
//
// y: [size0, size1, size2, size3]   a, b: any tensor, walked by strides
#version 460
#extension GL_GOOGLE_include_directive : require
#pragma cim variants(OP = add, subtract, multiply, divide)

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup
layout(constant_id = 1) const uint RANK = 0; // axes of y after merging; 0 for equal shapes
layout(constant_id = 2) const uint STORAGE_A = 0; // 0 fp32, 1 fp16, 2 bf16
layout(constant_id = 3) const uint STORAGE_B = 0; // 0 fp32, 1 fp16, 2 bf16
layout(constant_id = 4) const uint STORAGE_Y = 0; // 0 fp32, 1 fp16, 2 bf16

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
layout(binding = 0) restrict readonly buffer AFours { uvec4 a_as_fours[]; };
layout(binding = 0) restrict readonly buffer APairs { uvec2 a_as_pairs[]; };
layout(binding = 1) restrict readonly buffer B { float b[]; };
layout(binding = 1) restrict readonly buffer BFours { uvec4 b_as_fours[]; };
layout(binding = 1) restrict readonly buffer BPairs { uvec2 b_as_pairs[]; };
layout(binding = 2) restrict writeonly buffer Y { float y[]; };
layout(binding = 2) restrict writeonly buffer YFours { uvec4 y_as_fours[]; };
layout(binding = 2) restrict writeonly buffer YPairs { uvec2 y_as_pairs[]; };

#include "common/indexing.glsl"
#include "common/storage.glsl"

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

void apply_four(uint index) {
    if (index >= count) return;
    vec4 left = LOAD_FOUR(a, STORAGE_A, index);
    vec4 right = LOAD_FOUR(b, STORAGE_B, index);
    for (uint i = 0; i < 4; i++) left[i] = apply(left[i], right[i]);
    STORE_FOUR(y, STORAGE_Y, index, left)
}

void main() {
    uint index = linear_index();
    if (STORAGE_A != FLOAT32 || STORAGE_B != FLOAT32 || STORAGE_Y != FLOAT32) {
        apply_four(index * 4);
        return;
    }
    if (index >= count) return;
    uvec2 offsets = operand_offsets(index);
    y[index] = apply(a[offsets.x], b[offsets.y]);
}
