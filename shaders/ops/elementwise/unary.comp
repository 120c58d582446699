// A function of one tensor, element by element.
//
//   y[i] = OP(x[i]; first, second)
//
// A workgroup computes LOCAL_SIZE_X * ELEMENTS neighbouring elements; each invocation takes every LOCAL_SIZE_X-th of them.
// NaN stays NaN under every OP. With 16-bit operands an invocation takes four neighbours instead; ELEMENTS is 4 then.
//
// x, y: [count]
#version 460
#extension GL_GOOGLE_include_directive : require
#pragma cim variants(OP = scale, gelu_exact, relu, sigmoid, exponential, logarithm, square_root, square, absolute, clamped, hyperbolic_tangent)

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup
layout(constant_id = 1) const uint ELEMENTS = 4; // elements of an invocation
layout(constant_id = 2) const uint STORAGE_X = 0; // 0 fp32, 1 fp16, 2 bf16
layout(constant_id = 3) const uint STORAGE_Y = 0; // 0 fp32, 1 fp16, 2 bf16

layout(push_constant) uniform Push {
    uint count; // elements of x and y
    float first; // the factor of scale, the lower end of clamped
    float second; // the offset of scale, the upper end of clamped
};

layout(binding = 0) restrict readonly buffer X { float x[]; };
layout(binding = 0) restrict readonly buffer XFours { uvec4 x_as_fours[]; };
layout(binding = 0) restrict readonly buffer XPairs { uvec2 x_as_pairs[]; };
layout(binding = 1) restrict writeonly buffer Y { float y[]; };
layout(binding = 1) restrict writeonly buffer YFours { uvec4 y_as_fours[]; };
layout(binding = 1) restrict writeonly buffer YPairs { uvec2 y_as_pairs[]; };

#include "common/indexing.glsl"
#include "common/storage.glsl"
#include "common/activation.glsl"

#define scale 0
#define gelu_exact 1
#define relu 2
#define sigmoid 3
#define exponential 4
#define logarithm 5
#define square_root 6
#define square 7
#define absolute 8
#define clamped 9
#define hyperbolic_tangent 10

float apply(float value) {
#if OP == scale
    return value * first + second;
#elif OP == gelu_exact
    return gelu(value);
#elif OP == relu
    return value < 0.0 ? 0.0 : value;
#elif OP == sigmoid
    return 1.0 / (1.0 + exp(-value));
#elif OP == exponential
    return exp(value);
#elif OP == logarithm
    return log(value);
#elif OP == square_root
    return sqrt(value);
#elif OP == square
    return value * value;
#elif OP == absolute
    return abs(value);
#elif OP == clamped
    return value < first ? first : (value > second ? second : value);
#else
    // Some drivers divide infinity by infinity for large arguments.
    float limited = value > 15.0 ? 15.0 : (value < -15.0 ? -15.0 : value);
    return tanh(limited);
#endif
}

void apply_four(uint index) {
    if (index >= count) return;
    vec4 values = LOAD_FOUR(x, STORAGE_X, index);
    for (uint i = 0; i < 4; i++) values[i] = apply(values[i]);
    STORE_FOUR(y, STORAGE_Y, index, values)
}

void main() {
    if (STORAGE_X != FLOAT32 || STORAGE_Y != FLOAT32) {
        apply_four((linear_group() * LOCAL_SIZE_X + gl_LocalInvocationID.x) * 4);
        return;
    }
    uint index = linear_group() * LOCAL_SIZE_X * ELEMENTS + gl_LocalInvocationID.x;
    for (uint i = 0; i < ELEMENTS; i++) {
        if (index >= count) return;
        y[index] = apply(x[index]);
        index += LOCAL_SIZE_X;
    }
}
