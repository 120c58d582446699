// Fused attention, backward, first step: the inner product of each output row with its gradient.
//
//   delta[b, h, t] = sum_d result[b, t, h, d] * out_gradient[b, t, h, d]
//
// One invocation per token and head. Dispatch: x = ceil(tokens / LOCAL_SIZE_X), y = heads, z = batch_count.
//
// result (the output), out_gradient: strided [batch, tokens, heads, head_dim], strides multiples of 4
// delta: [batch_count, heads, tokens]
#version 460
#extension GL_GOOGLE_include_directive : require

layout(constant_id = 0) const uint LOCAL_SIZE_X = 64;  // invocations of a workgroup
layout(local_size_x_id = 0) in;
layout(constant_id = 11) const uint STORAGE_OUT = 0;           // 0 fp32, 1 fp16, 2 bf16
layout(constant_id = 13) const uint STORAGE_OUT_GRADIENT = 0;  // 0 fp32, 1 fp16, 2 bf16

#include "common/storage.glsl"

layout(push_constant) uniform Parameters {
    uint heads;             // heads of an image
    uint tokens;            // tokens of an image
    uint head_dim;          // a multiple of 4
    uint out_batch_stride;  // between images of out and of its gradient
    uint out_token_stride;  // between tokens of out and of its gradient
    uint out_head_stride;   // between heads of out and of its gradient
};

layout(binding = 0) restrict readonly buffer Out { vec4 result[]; };
layout(binding = 0) restrict readonly buffer OutFours { uvec4 result_as_fours[]; };
layout(binding = 0) restrict readonly buffer OutPairs { uvec2 result_as_pairs[]; };
layout(binding = 1) restrict readonly buffer OutGradient { vec4 out_gradient[]; };
layout(binding = 1) restrict readonly buffer OutGradientFours { uvec4 out_gradient_as_fours[]; };
layout(binding = 1) restrict readonly buffer OutGradientPairs { uvec2 out_gradient_as_pairs[]; };
layout(binding = 2) restrict writeonly buffer Delta { float delta[]; };

void main() {
    const uint token = gl_GlobalInvocationID.x;
    if (token >= tokens) {
        return;
    }
    const uint first = gl_WorkGroupID.z * out_batch_stride + token * out_token_stride + gl_WorkGroupID.y * out_head_stride;
    float sum = 0.0;
    for (uint d = 0; d < head_dim; d += 4) {
        const vec4 product = LOAD_FOUR(result, STORAGE_OUT, first + d) * LOAD_FOUR(out_gradient, STORAGE_OUT_GRADIENT, first + d);
        sum += (product.x + product.y) + (product.z + product.w);
    }
    delta[(gl_WorkGroupID.z * heads + gl_WorkGroupID.y) * tokens + token] = sum;
}
