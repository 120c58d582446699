// The last of LAMB's three kernels as in lamb_step.comp, which also writes the weights in 16 bits, rounded to nearest even.
//
//   w = w - rate * ratio * u, u as in lamb.glsl
//
// rate and decay are scaled per chunk of 64 elements. Where apply is 0, nothing changes.
// A workgroup updates LOCAL_SIZE_X * ELEMENTS neighbouring fours; each invocation takes every LOCAL_SIZE_X-th of them.
//
// values, first_moment, second_moment, copy: [count], of which first_chunk chunks lie before   apply: [1]   counters: [8], the first is t
// chunk_scales: [chunks, 2], of the learning rate and of the weight decay   ratios: [chunks]
#version 460
#extension GL_GOOGLE_include_directive : require

#define WRITES_COPY
#include "ops/optimizer/lamb_step.glsl"

void main() {
    update();
}
