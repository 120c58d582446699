// Where the kernels of fused attention find their tokens: sizes and strides, all in elements, and how they lie in memory.

#include "common/storage.glsl"

layout(constant_id = 10) const uint STORAGE_QKV = 0;           // 0 fp32, 1 fp16, 2 bf16
layout(constant_id = 11) const uint STORAGE_OUT = 0;           // 0 fp32, 1 fp16, 2 bf16
layout(constant_id = 12) const uint STORAGE_QKV_GRADIENT = 0;  // 0 fp32, 1 fp16, 2 bf16
layout(constant_id = 13) const uint STORAGE_OUT_GRADIENT = 0;  // 0 fp32, 1 fp16, 2 bf16

#define STORAGE_OF_q STORAGE_QKV
#define STORAGE_OF_k STORAGE_QKV
#define STORAGE_OF_v STORAGE_QKV
#define STORAGE_OF_result STORAGE_OUT
#define STORAGE_OF_out_gradient STORAGE_OUT_GRADIENT
#define STORAGE_OF_q_gradient STORAGE_QKV_GRADIENT
#define STORAGE_OF_k_gradient STORAGE_QKV_GRADIENT
#define STORAGE_OF_v_gradient STORAGE_QKV_GRADIENT

layout(push_constant) uniform Parameters {
    uint batch_count;       // images
    uint heads;             // heads of an image
    uint tokens;            // tokens of an image, queries and keys alike
    uint offset_q;          // first element of the queries and of their gradient
    uint offset_k;          // first element of the keys and of their gradient
    uint offset_v;          // first element of the values and of their gradient
    uint batch_stride;      // between images of queries, keys, values
    uint token_stride;      // between tokens of queries, keys, values
    uint head_stride;       // between heads of queries, keys, values
    uint out_batch_stride;  // between images of out and of its gradient
    uint out_token_stride;  // between tokens of out and of its gradient
    uint out_head_stride;   // between heads of out and of its gradient
    float scale;            // factor of the scores, usually 1 / sqrt(HEAD_DIM)
};

uint first_element(uint batch, uint head) {
    return batch * batch_stride + head * head_stride;
}

uint first_out_element(uint batch, uint head) {
    return batch * out_batch_stride + head * out_head_stride;
}
