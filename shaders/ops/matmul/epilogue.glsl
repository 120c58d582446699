// How a product ends: what the residual does to it, and the function behind. The includer names ACTIVATION:
// 0 none, 1 ReLU, 2 GELU (erf form), 3 none, but the residual is not added: the product is multiplied by GELU's derivative there, its gradient.
#include "common/activation.glsl"

float joined(float value, float residual_value) {
    return ACTIVATION == 3 ? value * gelu_derivative(residual_value) : value + residual_value;
}

float activate(float value) {
    return ACTIVATION == 1 ? relu(value) : ACTIVATION == 2 ? gelu(value) : value;
}
