// Softmax over the rows of attention scores, forward, for attention made of matrix multiplies (the form for CPU drivers).
//
//   p[b, h, q, k] = exp(s[k] - max) / sum_k exp(s[k] - max),   s[k] = scores[b, h, q, k] + bias[h, q, k]
//
// One invocation per row, which reads the row twice: running maximum and sum, then the quotients.
// Dispatch: x = ceil(tokens / LOCAL_SIZE_X), y = heads, z = batch_count. LOCAL_SIZE_X = subgroup size on a CPU driver.
//
// scores, p: [batch_count, heads, tokens, row_stride], row_stride a multiple of 4 from tokens on; p may be the buffer of scores; the
// padding of p is 0   bias: [heads, tokens, tokens]
#version 460
#extension GL_GOOGLE_include_directive : require

layout(constant_id = 0) const uint LOCAL_SIZE_X = 8;  // invocations of a workgroup
layout(local_size_x_id = 0) in;
layout(constant_id = 1) const bool HAS_BIAS = false;  // bias [heads, tokens, tokens] is added to the scores

layout(push_constant) uniform Parameters {
    uint heads;       // heads of an image
    uint tokens;      // tokens of an image
    uint row_stride;  // between rows of scores and of p
};

layout(binding = 0) readonly buffer Scores { vec4 scores[]; };
layout(binding = 1) restrict readonly buffer Bias { float bias[]; };
layout(binding = 2) writeonly buffer Probabilities { vec4 p[]; };

const float FAR_BELOW = -1e30;  // below every score, yet finite

vec4 load_scores(uint row, uint bias_row, uint column) {
    vec4 values = scores[(row * row_stride + column) >> 2];
    if (HAS_BIAS) {
        const uint at = bias_row * tokens;
        const uvec4 columns = min(column + uvec4(0, 1, 2, 3), uvec4(tokens - 1));
        values += vec4(bias[at + columns.x], bias[at + columns.y], bias[at + columns.z], bias[at + columns.w]);
    }
    return values;
}

vec4 exponentials(vec4 values, float maximum, uint column) {
    return mix(vec4(0.0), exp(values - maximum), lessThan(column + uvec4(0, 1, 2, 3), uvec4(tokens)));
}

void main() {
    const uint query = gl_GlobalInvocationID.x;
    if (query >= tokens) {
        return;
    }
    const uint row = (gl_WorkGroupID.z * heads + gl_WorkGroupID.y) * tokens + query;
    const uint bias_row = gl_WorkGroupID.y * tokens + query;
    float maximum = FAR_BELOW;
    float sum = 0.0;
    for (uint column = 0; column < tokens; column += 4) {
        const vec4 values = load_scores(row, bias_row, column);
        const vec4 inside = mix(vec4(FAR_BELOW), values, lessThan(column + uvec4(0, 1, 2, 3), uvec4(tokens)));
        const float larger = max(max(max(inside.x, inside.y), max(inside.z, inside.w)), maximum);
        const vec4 terms = exponentials(values, larger, column);
        sum = sum * exp(maximum - larger) + ((terms.x + terms.y) + (terms.z + terms.w));
        maximum = larger;
    }
    const float factor = 1.0 / sum;
    for (uint column = 0; column < row_stride; column += 4) {
        p[(row * row_stride + column) >> 2] = factor * exponentials(load_scores(row, bias_row, column), maximum, column);
    }
}
