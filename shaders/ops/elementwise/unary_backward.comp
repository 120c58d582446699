// The gradient of a function of one tensor, element by element.
//
//   grad_x[i] = grad_y[i] * OP'(source[i]; first, second)
//
// The source is the function's output for relu, sigmoid, square_root and hyperbolic_tangent, and its input for the others.
// A workgroup computes LOCAL_SIZE_X * ELEMENTS neighbouring elements; each invocation takes every LOCAL_SIZE_X-th of them.
//
// source, grad_y, grad_x: [count]
#version 460
#extension GL_GOOGLE_include_directive : require
#pragma cim variants(OP = gelu_exact, relu, sigmoid, square_root, square, absolute, clamped, hyperbolic_tangent)

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup
layout(constant_id = 1) const uint ELEMENTS = 4; // elements of an invocation

layout(push_constant) uniform Push {
    uint count; // elements of every tensor
    float first; // the lower end of clamped
    float second; // the upper end of clamped
};

layout(binding = 0) restrict readonly buffer Source { float source[]; };
layout(binding = 1) restrict readonly buffer GradY { float grad_y[]; };
layout(binding = 2) restrict writeonly buffer GradX { float grad_x[]; };

#include "common/indexing.glsl"
#include "common/activation.glsl"

#define gelu_exact 0
#define relu 1
#define sigmoid 2
#define square_root 3
#define square 4
#define absolute 5
#define clamped 6
#define hyperbolic_tangent 7

float gelu_derivative(float value) {
    return normal_distribution(value) + value * 0.39894228 * exp(-0.5 * value * value);
}

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

void main() {
    uint index = linear_group() * LOCAL_SIZE_X * ELEMENTS + gl_LocalInvocationID.x;
    for (uint i = 0; i < ELEMENTS; i++) {
        if (index >= count) return;
        grad_x[index] = differentiate(source[index], grad_y[index]);
        index += LOCAL_SIZE_X;
    }
}
