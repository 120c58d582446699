// Nothing but multiply-adds on registers: what a device's fp32 units can do at most.
//
//   y[i] = sum_c f^rounds(x[i] + c),   f(v) = factor * v + addend,   c = 0 .. 7
//
// One invocation an element; its eight chains are independent, so that one's latency hides behind the others.
//
// x, y: [count]
#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64;  // invocations of a workgroup

layout(push_constant) uniform Push {
    uint count;  // elements of x and y
    uint rounds;  // multiply-adds of a chain
    float factor;  // below 1, so that values stay
    float addend;
};

layout(binding = 0) restrict readonly buffer X { float x[]; };
layout(binding = 1) restrict writeonly buffer Y { float y[]; };

#include "common/indexing.glsl"

#define CHAINS 8
#define UNROLLED 16  // a loop of its own costs a CPU driver more than the arithmetic in it

void main() {
    const uint index = linear_index();
    if (index >= count) return;
    float chains[CHAINS];
    [[unroll]] for (uint c = 0; c < CHAINS; c++) {
        chains[c] = x[index] + float(c);
    }
    const uint unrolled_end = rounds - rounds % UNROLLED;
    for (uint round = 0; round < unrolled_end; round += UNROLLED) {
        [[unroll]] for (uint i = 0; i < UNROLLED; i++) {
            [[unroll]] for (uint c = 0; c < CHAINS; c++) {
                chains[c] = fma(factor, chains[c], addend);
            }
        }
    }
    for (uint round = unrolled_end; round < rounds; round++) {
        [[unroll]] for (uint c = 0; c < CHAINS; c++) {
            chains[c] = fma(factor, chains[c], addend);
        }
    }
    float sum = 0.0;
    [[unroll]] for (uint c = 0; c < CHAINS; c++) {
        sum += chains[c];
    }
    y[index] = sum;
}
