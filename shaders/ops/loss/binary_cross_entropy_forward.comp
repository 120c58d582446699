// Binary cross-entropy of each logit against a target in [0, 1], forward.
//
//   loss = max(x, 0) - x * target + log(1 + exp(-|x|)),   which is -target * log(s) - (1 - target) * log(1 - s) with s = sigmoid(x)
//
// One invocation per element; no exponential overflows, and a small loss keeps its digits.
//
// logits, targets, loss: [count]
#version 460
#extension GL_GOOGLE_include_directive : require

layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // Invocations of a workgroup.
layout(local_size_x_id = 0) in;

layout(push_constant) uniform Push {
    uint count; // Elements.
};

layout(binding = 0) restrict readonly buffer Logits { float logits[]; };
layout(binding = 1) restrict readonly buffer Targets { float targets[]; };
layout(binding = 2) restrict writeonly buffer Loss { float loss[]; };

#include "common/indexing.glsl"

// log(1 + t) for t in [0, 1]: small t by its series, because 1 + t would lose them.
float log_one_plus(float t) {
    float series = t * (1.0 - t * (0.5 - t * (0.33333333 - t * 0.25)));
    return t < 0.015625 ? series : log(1.0 + t);
}

void main() {
    uint index = linear_index();
    if (index >= count) return;
    float value = logits[index];
    loss[index] = max(value, 0.0) - value * targets[index] + log_one_plus(exp(-abs(value)));
}
