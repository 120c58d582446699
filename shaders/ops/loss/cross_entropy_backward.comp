// Cross-entropy of each row of logits against a class index: gradient of the logits.
//
//   grad_logits = (exp(logits - log_sum_exp) - (1 - LABEL_SMOOTHING) * [class = target] - LABEL_SMOOTHING / row_length) * grad_loss
//
// One invocation or one workgroup a row (FORM), one pass over it. A row whose target is outside [0, row_length) has gradient 0.
//
// logits, grad_logits: [row_count, row_length]   targets, log_sum_exp, grad_loss: [row_count]
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
layout(binding = 2) restrict readonly buffer LogSumExp { float log_sum_exp[]; };
layout(binding = 3) restrict readonly buffer GradLoss { float grad_loss[]; };
layout(binding = 4) restrict writeonly buffer GradLogits { float grad_logits[]; };

#include "common/rows.glsl"

void main() {
    uint row = row_index();
    if (row >= row_count) return;
    uint first = row * row_length;
    uint target = uint(targets[row]);
    float total = log_sum_exp[row];
    float scale = target < row_length ? grad_loss[row] : 0.0;
    for (uint i = row_lane(); i < row_length; i += row_lanes()) {
        float probability = exp(logits[first + i] - total);
        if (LABEL_SMOOTHING > 0.0) probability -= LABEL_SMOOTHING / float(row_length);
        grad_logits[first + i] = (i == target ? probability - (1.0 - LABEL_SMOOTHING) : probability) * scale;
    }
}
