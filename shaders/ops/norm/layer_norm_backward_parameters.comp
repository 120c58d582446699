// Layer normalization over the last axis: gradients of weight and bias, summed over chunks of rows.
//
//   grad_weight[k, i] = sum of grad_output[r, i] * (x[r, i] - mean[r]) * inverse_std[r],   grad_bias[k, i] = sum of grad_output[r, i]
//   over the rows r of chunk k
//
// One invocation per chunk and column; neighbours read neighbouring columns. With more than one chunk, layer_norm_reduce_parameters follows.
//
// x, grad_output: [row_count, row_length]   mean, inverse_std: [row_count]   grad_weight, grad_bias: [chunk_count, row_length]
#version 460
#extension GL_GOOGLE_include_directive : require

layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // Invocations of a workgroup.
layout(local_size_x_id = 0) in;
layout(constant_id = 1) const uint STORAGE_GRAD_OUTPUT = 0; // 0 fp32, 1 fp16, 2 bf16

layout(push_constant) uniform Push {
    uint row_count;
    uint row_length;
    uint chunk_rows;  // Rows that one invocation sums.
    uint chunk_count; // Chunks that cover the rows.
};

layout(binding = 0) restrict readonly buffer X { float x[]; };
layout(binding = 1) restrict readonly buffer GradOutput { uint grad_output[]; };
layout(binding = 2) restrict readonly buffer Mean { float mean[]; };
layout(binding = 3) restrict readonly buffer InverseStd { float inverse_std[]; };
layout(binding = 4) restrict writeonly buffer GradWeight { float grad_weight[]; };
layout(binding = 5) restrict writeonly buffer GradBias { float grad_bias[]; };

#include "common/indexing.glsl"
#include "common/storage.glsl"

void main() {
    uint index = linear_index();
    if (index >= chunk_count * row_length) return;
    uint column = index % row_length;
    uint row = (index / row_length) * chunk_rows;
    uint end = min(row + chunk_rows, row_count);
    float weight_sum = 0.0;
    float bias_sum = 0.0;
    for (; row < end; row++) {
        float gradient = LOAD_ONE(grad_output, STORAGE_GRAD_OUTPUT, row * row_length + column);
        bias_sum += gradient;
        weight_sum += gradient * (x[row * row_length + column] - mean[row]) * inverse_std[row];
    }
    grad_weight[index] = weight_sum;
    grad_bias[index] = bias_sum;
}
