// Where the kernels of fused attention find their tokens: sizes and strides, all in elements.

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
