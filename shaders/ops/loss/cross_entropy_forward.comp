// Cross-entropy of each row of logits against a class index, forward.
//
//   loss = log_sum_exp - (1 - LABEL_SMOOTHING) * logits[target] - LABEL_SMOOTHING * mean(logits),   log_sum_exp = log(sum(exp(logits)))
//
// One invocation or one workgroup a row (FORM), one pass over it. A row whose target is outside [0, row_length) has loss 0.
// Saves log_sum_exp for the backward kernel, so that no probabilities are kept.
//
// logits: [row_count, row_length]   targets, loss, log_sum_exp: [row_count]
#version 460
#extension GL_GOOGLE_include_directive : require
#pragma cim variants(FORM = invocation, group)

layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // Rows per workgroup, or invocations per row.
layout(constant_id = 1) const float LABEL_SMOOTHING = 0.0; // Share of the target that is spread over all classes.
layout(local_size_x_id = 0) in;

layout(push_constant) uniform Push {
    uint row_count;
    uint row_length; // Classes.
};

layout(binding = 0) restrict readonly buffer Logits { float logits[]; };
layout(binding = 1) restrict readonly buffer Targets { int targets[]; };
layout(binding = 2) restrict writeonly buffer Loss { float loss[]; };
layout(binding = 3) restrict writeonly buffer LogSumExp { float log_sum_exp[]; };

#include "common/rows.glsl"

void main() {
    uint row = row_index();
    if (row >= row_count) return;
    uint first = row * row_length;
    RunningExp running = running_exp_start();
    float sum = 0.0;
    for (uint i = row_lane(); i < row_length; i += row_lanes()) {
        running_exp_add(running, logits[first + i]);
        if (LABEL_SMOOTHING > 0.0) sum += logits[first + i];
    }
    float total = row_log_sum_exp(running);
    if (LABEL_SMOOTHING > 0.0) sum = row_sum(sum);
    if (row_lane() != 0) return;
    uint target = uint(targets[row]);
    if (target < row_length) {
        float expected = logits[first + target];
        if (LABEL_SMOOTHING > 0.0) expected += LABEL_SMOOTHING * (sum / float(row_length) - expected);
        loss[row] = total - expected;
    } else {
        loss[row] = 0.0;
    }
    log_sum_exp[row] = total;
}
