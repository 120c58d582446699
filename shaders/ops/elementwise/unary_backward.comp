// The gradient of a function of one tensor, element by element.
//
//   grad_x[i] = grad_y[i] * OP'(source[i]; first, second)
//
// The source is the function's output for relu, sigmoid, square_root and hyperbolic_tangent, and its input for the others.
// With 16-bit operands an invocation takes four neighbours; ELEMENTS is 4 then. Else:
// A workgroup computes LOCAL_SIZE_X * ELEMENTS neighbouring elements; each invocation takes every LOCAL_SIZE_X-th of them.
//
// source, grad_y, grad_x: [count]
#version 460
#extension GL_GOOGLE_include_directive : require
#pragma cim variants(OP = gelu_exact, relu, sigmoid, square_root, square, absolute, clamped, hyperbolic_tangent)

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup
layout(constant_id = 1) const uint ELEMENTS = 4; // elements of an invocation
layout(constant_id = 2) const uint STORAGE_SOURCE = 0; // 0 fp32, 1 fp16, 2 bf16
layout(constant_id = 3) const uint STORAGE_GRAD_Y = 0; // 0 fp32, 1 fp16, 2 bf16
layout(constant_id = 4) const uint STORAGE_GRAD_X = 0; // 0 fp32, 1 fp16, 2 bf16

layout(push_constant) uniform Push {
    uint count; // elements of every tensor
    float first; // the lower end of clamped
    float second; // the upper end of clamped
};

layout(binding = 0) restrict readonly buffer Source { float source[]; };
layout(binding = 0) restrict readonly buffer SourceFours { uvec4 source_as_fours[]; };
layout(binding = 0) restrict readonly buffer SourcePairs { uvec2 source_as_pairs[]; };
layout(binding = 1) restrict readonly buffer GradY { float grad_y[]; };
layout(binding = 1) restrict readonly buffer GradYFours { uvec4 grad_y_as_fours[]; };
layout(binding = 1) restrict readonly buffer GradYPairs { uvec2 grad_y_as_pairs[]; };
layout(binding = 2) restrict writeonly buffer GradX { float grad_x[]; };
layout(binding = 2) restrict writeonly buffer GradXFours { uvec4 grad_x_as_fours[]; };
layout(binding = 2) restrict writeonly buffer GradXPairs { uvec2 grad_x_as_pairs[]; };

#include "common/indexing.glsl"
#include "common/storage.glsl"
#include "common/activation.glsl"

#define gelu_exact 0
#define relu 1
#define sigmoid 2
#define square_root 3
#define square 4
#define absolute 5
#define clamped 6
#define hyperbolic_tangent 7

float differentiate(float value, float grad) {
#if OP == gelu_exact
    return grad * gelu_derivative(value);
#elif OP == relu
    return value > 0.0 ? grad : 0.0;
#elif OP == sigmoid
    return grad * value * (1.0 - value);
#elif OP == square_root
    return grad * 0.5 / value;
#elif OP == square
    return grad * 2.0 * value;
#elif OP == absolute
    return grad * sign(value);
#elif OP == clamped
    return value < first || value > second ? 0.0 : grad;
#else
    return grad * (1.0 - value * value);
#endif
}

void differentiate_four(uint index) {
    if (index >= count) return;
    vec4 values = LOAD_FOUR(source, STORAGE_SOURCE, index);
    vec4 grads = LOAD_FOUR(grad_y, STORAGE_GRAD_Y, index);
    for (uint i = 0; i < 4; i++) grads[i] = differentiate(values[i], grads[i]);
    STORE_FOUR(grad_x, STORAGE_GRAD_X, index, grads)
}

void main() {
    if (STORAGE_SOURCE != FLOAT32 || STORAGE_GRAD_Y != FLOAT32 || STORAGE_GRAD_X != FLOAT32) {
        differentiate_four((linear_group() * LOCAL_SIZE_X + gl_LocalInvocationID.x) * 4);
        return;
    }
    uint index = linear_group() * LOCAL_SIZE_X * ELEMENTS + gl_LocalInvocationID.x;
    for (uint i = 0; i < ELEMENTS; i++) {
        if (index >= count) return;
        grad_x[index] = differentiate(source[index], grad_y[index]);
        index += LOCAL_SIZE_X;
    }
}
