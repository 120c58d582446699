// Kullback-Leibler divergence of softmax(logits) along one axis from the uniform distribution: gradient of the logits.
//
//   grad_logits = p * (log(p) + log(row_length) - kl) * grad_kl,   log(p) = logits - log_sum_exp
//
// One invocation or one workgroup a row (FORM), one pass over it.
//
// logits, grad_logits: [outer, row_length, inner]; a row's elements lie inner apart, row_count = outer * inner
// kl, log_sum_exp, grad_kl: [row_count]
#version 460
#extension GL_GOOGLE_include_directive : require
#pragma cim variants(FORM = invocation, group)

layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // Rows per workgroup, or invocations per row.
layout(local_size_x_id = 0) in;

layout(push_constant) uniform Push {
    uint row_count;
    uint row_length; // Classes.
    uint inner;      // Distance between neighbours of a row.
};

layout(binding = 0) restrict readonly buffer Logits { float logits[]; };
layout(binding = 1) restrict readonly buffer Kl { float kl[]; };
layout(binding = 2) restrict readonly buffer LogSumExp { float log_sum_exp[]; };
layout(binding = 3) restrict readonly buffer GradKl { float grad_kl[]; };
layout(binding = 4) restrict writeonly buffer GradLogits { float grad_logits[]; };

#include "common/rows.glsl"

void main() {
    uint row = row_index();
    if (row >= row_count) return;
    uint first = row_start(row, row_length, inner);
    float total = log_sum_exp[row];
    float center = log(float(row_length)) - kl[row];
    float scale = grad_kl[row];
    for (uint i = row_lane(); i < row_length; i += row_lanes()) {
        float log_probability = logits[first + i * inner] - total;
        grad_logits[first + i * inner] = exp(log_probability) * (log_probability + center) * scale;
    }
}
