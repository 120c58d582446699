// Softmax or its logarithm along one axis: gradient of the input, from the output.
//
//   softmax: grad_input = y * (grad_output - sum(grad_output * y))     log_softmax: grad_input = grad_output - exp(y) * sum(grad_output)
//
// One invocation or one workgroup a row (FORM), two passes over it: sum, result.
//
// y, grad_output, grad_input: [outer, row_length, inner]; a row's elements lie inner apart, row_count = outer * inner
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

layout(binding = 0) restrict readonly buffer Y { float y[]; };
layout(binding = 1) restrict readonly buffer GradOutput { float grad_output[]; };
layout(binding = 2) restrict writeonly buffer GradInput { float grad_input[]; };

#include "common/rows.glsl"

#define softmax 1
#define log_softmax 2

void main() {
    uint row = row_index();
    if (row >= row_count) return;
    uint first = row_start(row, row_length, inner);
    float sum = 0.0;
    for (uint i = row_lane(); i < row_length; i += row_lanes()) {
        uint at = first + i * inner;
#if KIND == softmax
        sum += grad_output[at] * y[at];
#else
        sum += grad_output[at];
#endif
    }
    sum = row_sum(sum);
    for (uint i = row_lane(); i < row_length; i += row_lanes()) {
        uint at = first + i * inner;
#if KIND == softmax
        grad_input[at] = y[at] * (grad_output[at] - sum);
#else
        grad_input[at] = grad_output[at] - exp(y[at]) * sum;
#endif
    }
}
