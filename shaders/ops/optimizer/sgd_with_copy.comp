// One step of stochastic gradient descent with momentum as in sgd.comp, which also writes the weights in 16 bits, rounded to nearest even.
//
//   g = gradients / scale * min(1, clip_norm / (norm / scale + 1e-6)) + decay * w
//   b = momentum * b + g        w = w - rate * (b, or g + momentum * b where it looks ahead)
//
// Sutskever et al. (2013), "On the importance of initialization and momentum in deep learning", with decay as part of the gradient. scale is
// that of the loss whose gradients these are, 1 where it is not scaled. rate and decay are scaled per chunk of 64 elements. Where apply is 0,
// nothing changes.
// A workgroup updates LOCAL_SIZE_X * ELEMENTS neighbouring fours; each invocation takes every LOCAL_SIZE_X-th of them.
//
// gradients, values, momentum, copy: [count]   norm, apply: [1]   counters: [8], the seventh the bits of 1 / scale
// chunk_scales: [count / 64, 2], of the learning rate and of the weight decay
#version 460
#extension GL_GOOGLE_include_directive : require

#define WRITES_COPY
#include "ops/optimizer/sgd.glsl"

void main() {
    update();
}
