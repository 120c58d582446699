// LAMB's direction of a step, shared by the kernel that measures it and the one that takes it.
//
//   u = m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + epsilon) + decay * w
//
// Include after the declaration of counters, log_beta1, log_beta2, epsilon, weight_decay, and after lanes.glsl.

#include "ops/optimizer/bias_correction.glsl"

struct Corrections {
    float first;
    float root_second;
};

Corrections corrections() {
    float t = float(counters[0]);
    return Corrections(one_minus_exp(t * log_beta1), sqrt(one_minus_exp(t * log_beta2)));
}

LANES direction(Corrections c, LANES first, LANES second, LANES value, float decay_scale) {
    return first / c.first / (sqrt(second) / c.root_second + epsilon) + weight_decay * decay_scale * value;
}
