// Kullback-Leibler divergence of softmax(logits) along one axis from the uniform distribution, forward.
//
//   kl = log(row_length) + sum(p * log(p)),   log(p) = logits - log_sum_exp
//
// One invocation or one workgroup a row (FORM), two passes over it: log_sum_exp, divergence. Saves log_sum_exp for the backward kernel.
//
// logits: [outer, row_length, inner]; a row's elements lie inner apart, row_count = outer * inner   kl, log_sum_exp: [row_count]
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
layout(binding = 1) restrict writeonly buffer Kl { float kl[]; };
layout(binding = 2) restrict writeonly buffer LogSumExp { float log_sum_exp[]; };

#include "common/rows.glsl"

void main() {
    uint row = row_index();
    if (row >= row_count) return;
    uint first = row_start(row, row_length, inner);
    RunningExp running = running_exp_start();
    for (uint i = row_lane(); i < row_length; i += row_lanes()) running_exp_add(running, logits[first + i * inner]);
    float total = row_log_sum_exp(running);
    float shift = log(float(row_length)) - total;
    // Every term holds its share of log(row_length): near the uniform distribution they are small and nothing large cancels.
    float sum = 0.0;
    for (uint i = row_lane(); i < row_length; i += row_lanes()) {
        float value = logits[first + i * inner];
        sum += exp(value - total) * (value + shift);
    }
    sum = row_sum(sum);
    if (row_lane() != 0) return;
    kl[row] = sum;
    log_sum_exp[row] = total;
}
