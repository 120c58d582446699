// One step of AdamW and of the running average of its weights as in adamw_average.comp, which also writes the weights in 16 bits, rounded to nearest even.
//
//   g = gradients / scale * min(1, clip_norm / (norm / scale + 1e-6))
//   m = m + (1 - beta1) * (g - m)        v = beta2 * v + (1 - beta2) * g^2
//   w = w * (1 - rate * decay) - rate / (1 - beta1^t) * m / (sqrt(v / (1 - beta2^t)) + epsilon)
//   average = average + average_rate * (w - average)
//
// t counts applied steps, this one included. scale is that of the loss whose gradients these are, 1 where it is not scaled. rate and decay are scaled per chunk of 64 elements. Where apply is 0, nothing changes.
// A workgroup updates LOCAL_SIZE_X * ELEMENTS neighbouring fours; each invocation takes every LOCAL_SIZE_X-th of them.
//
// gradients, values, first_moment, second_moment, average, copy: [count]   norm, apply: [1]   counters: [8], the first is t, the seventh the bits of 1 / scale
// chunk_scales: [count / 64, 2], of the learning rate and of the weight decay
#version 460
#extension GL_GOOGLE_include_directive : require

#define KEEPS_AVERAGE
#define WRITES_COPY
#include "ops/optimizer/adamw.glsl"

void main() {
    update();
}
