// Nothing but products of matrices in registers: what a device's matrix units can do at most in 16 bits, adding in fp32.
//
//   y[i] = sum_c (x[i] + c + rounds * addend),   c = 0 .. 7, each addition the product of two matrices of equal elements 1 / MATRIX_K and addend
//
// One subgroup an element; its eight chains are independent, so that one's latency hides behind the others. An element of each sum comes back.
//
// Dispatch: linear groups, count * SUBGROUP_SIZE invocations. It needs the subgroup size SUBGROUP_SIZE, required and full.
//
// x, y: [count]
#version 460
#pragma cim variants(PRODUCT = float16_t, bfloat16_t)
#pragma cim no_optimize
#extension GL_GOOGLE_include_directive : require
#include "ops/matmul/product_type.glsl"

layout(constant_id = 0) const uint LOCAL_SIZE_X = 128;  // subgroups * SUBGROUP_SIZE
layout(local_size_x_id = 0) in;
layout(constant_id = 20) const uint MATRIX_M = 16;  // rows of a cooperative matrix
layout(constant_id = 21) const uint MATRIX_N = 16;  // its columns
layout(constant_id = 22) const uint MATRIX_K = 16;  // its inner length, a power of 2
layout(constant_id = 23) const uint SUBGROUP_SIZE = 32;  // lanes that hold a matrix together

layout(push_constant) uniform Push {
    uint count;  // elements of x and y
    uint rounds;  // products of a chain
    float addend;  // exact in 16 bits
};

layout(binding = 0) restrict readonly buffer X { float x[]; };
layout(binding = 1) restrict writeonly buffer Y { float y[]; };

#include "common/indexing.glsl"

#define CHAINS 8
#define SUMS coopmat<float, gl_ScopeSubgroup, MATRIX_M, MATRIX_N, gl_MatrixUseAccumulator>

void main() {
    const uint index = linear_group() * (LOCAL_SIZE_X / SUBGROUP_SIZE) + gl_SubgroupID;
    if (index >= count) return;  // whole subgroups
    const coopmat<PRODUCT, gl_ScopeSubgroup, MATRIX_M, MATRIX_K, gl_MatrixUseA> left =
        coopmat<PRODUCT, gl_ScopeSubgroup, MATRIX_M, MATRIX_K, gl_MatrixUseA>(PRODUCT(1.0 / float(MATRIX_K)));
    const coopmat<PRODUCT, gl_ScopeSubgroup, MATRIX_K, MATRIX_N, gl_MatrixUseB> right =
        coopmat<PRODUCT, gl_ScopeSubgroup, MATRIX_K, MATRIX_N, gl_MatrixUseB>(PRODUCT(addend));
    SUMS chains[CHAINS];
    [[unroll]] for (uint c = 0; c < CHAINS; c++) {
        chains[c] = SUMS(x[index] + float(c));
    }
    for (uint round = 0; round < rounds; round++) {
        [[unroll]] for (uint c = 0; c < CHAINS; c++) {
            chains[c] = coopMatMulAdd(left, right, chains[c]);
        }
    }
    float sum = 0.0;
    [[unroll]] for (uint c = 0; c < CHAINS; c++) {
        sum += chains[c][0];
    }
    if (gl_SubgroupInvocationID == 0) {
        y[index] = sum;
    }
}
