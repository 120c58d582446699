// A tensor times, or divided by, a number that changes from step to step.
//
//   y[i] = x[i] OP float(step_scalars[slot])
//
// A workgroup computes LOCAL_SIZE_X * ELEMENTS neighbouring elements; each invocation takes every LOCAL_SIZE_X-th of them.
//
// x, y: [count]   step_scalars: [64], the bits of a float at slot
#version 460
#extension GL_GOOGLE_include_directive : require
#pragma cim variants(OP = multiply, divide)

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup
layout(constant_id = 1) const uint ELEMENTS = 4; // elements of an invocation

layout(push_constant) uniform Push {
    uint count; // elements of x and y
    uint slot; // place of the number
};

layout(binding = 0) restrict readonly buffer X { float x[]; };
layout(binding = 1) restrict readonly buffer StepScalars { uint step_scalars[]; };
layout(binding = 2) restrict writeonly buffer Y { float y[]; };

#include "common/indexing.glsl"

#define multiply 0
#define divide 1

void main() {
    float number = uintBitsToFloat(step_scalars[slot]);
    uint index = linear_group() * LOCAL_SIZE_X * ELEMENTS + gl_LocalInvocationID.x;
    for (uint i = 0; i < ELEMENTS; i++) {
        if (index >= count) return;
#if OP == multiply
        y[index] = x[index] * number;
#else
        y[index] = x[index] / number;
#endif
        index += LOCAL_SIZE_X;
    }
}
