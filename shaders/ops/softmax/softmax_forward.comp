// Softmax or its logarithm along one axis, forward.
//
//   softmax: y = exp(x - log_sum_exp)     log_softmax: y = x - log_sum_exp,   log_sum_exp = max(x) + log(sum(exp(x - max(x))))
//
// One invocation or one workgroup a row (FORM), two passes over it: maximum and sum together, result.
//
// x, y: [outer, row_length, inner]; a row's elements lie inner apart, row_count = outer * inner
#version 460
#extension GL_GOOGLE_include_directive : require
#pragma cim variants(KIND = softmax, log_softmax)
#pragma cim variants(FORM = invocation, group)

layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // Rows per workgroup, or invocations per row.
layout(local_size_x_id = 0) in;

layout(push_constant) uniform Push {
    uint row_count;
    uint row_length; // Elements that add up to 1.
    uint inner;      // Distance between neighbours of a row.
};

layout(binding = 0) restrict readonly buffer X { float x[]; };
layout(binding = 1) restrict writeonly buffer Y { float y[]; };

#include "common/rows.glsl"

#define softmax 1
#define log_softmax 2

void main() {
    uint row = row_index();
    if (row >= row_count) return;
    uint first = row_start(row, row_length, inner);
    RunningExp running = running_exp_start();
    for (uint i = row_lane(); i < row_length; i += row_lanes()) running_exp_add(running, x[first + i * inner]);
    float highest = row_max(running.highest);
    float total = row_sum(running.sum * exp(running.highest - highest));
#if KIND == softmax
    float factor = 1.0 / total;
    for (uint i = row_lane(); i < row_length; i += row_lanes()) y[first + i * inner] = exp(x[first + i * inner] - highest) * factor;
#else
    float log_total = log(total);
    for (uint i = row_lane(); i < row_length; i += row_lanes()) y[first + i * inner] = (x[first + i * inner] - highest) - log_total;
#endif
}
