// Binary cross-entropy of each logit against a target in [0, 1]: gradient of the logits.
//
//   grad_logits = (sigmoid(logits) - targets) * grad_loss
//
// One invocation per element.
//
// logits, targets, grad_loss, grad_logits: [count]
#version 460
#extension GL_GOOGLE_include_directive : require

layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // Invocations of a workgroup.
layout(local_size_x_id = 0) in;

layout(push_constant) uniform Push {
    uint count; // Elements.
};

layout(binding = 0) restrict readonly buffer Logits { float logits[]; };
layout(binding = 1) restrict readonly buffer Targets { float targets[]; };
layout(binding = 2) restrict readonly buffer GradLoss { float grad_loss[]; };
layout(binding = 3) restrict writeonly buffer GradLogits { float grad_logits[]; };

#include "common/indexing.glsl"

// The exponential of a number that is never positive cannot overflow.
float sigmoid(float value) {
    float tail = exp(-abs(value));
    return (value >= 0.0 ? 1.0 : tail) / (1.0 + tail);
}

void main() {
    uint index = linear_index();
    if (index >= count) return;
    grad_logits[index] = (sigmoid(logits[index]) - targets[index]) * grad_loss[index];
}
