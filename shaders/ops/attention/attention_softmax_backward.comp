// Softmax over the rows of attention scores, backward, for attention made of matrix multiplies (the form for CPU drivers).
//
//   score_gradient[k] = p[k] * (p_gradient[k] - sum_j p[j] * p_gradient[j])
//
// One invocation per row, which reads the row twice. Dispatch: x = ceil(rows / LOCAL_SIZE_X), at most 65535 in x, the rest in y: the row
// is (y * number of workgroups in x + x) * LOCAL_SIZE_X + invocation. LOCAL_SIZE_X = subgroup size on a CPU driver.
//
// p, p_gradient, score_gradient: [rows, row_stride], row_stride a multiple of 4 from row_length on; score_gradient may be the
// buffer of p_gradient; the padding of p is 0 and that of p_gradient anything; the padding of score_gradient is 0
#version 460
#extension GL_GOOGLE_include_directive : require

layout(constant_id = 0) const uint LOCAL_SIZE_X = 8;  // invocations of a workgroup
layout(local_size_x_id = 0) in;

layout(push_constant) uniform Parameters {
    uint rows;        // batch_count * heads * tokens
    uint row_length;  // tokens
    uint row_stride;  // between rows
};

layout(binding = 0) restrict readonly buffer Probabilities { vec4 p[]; };
layout(binding = 1) readonly buffer ProbabilityGradients { vec4 p_gradient[]; };
layout(binding = 2) writeonly buffer ScoreGradients { vec4 score_gradient[]; };

vec4 load_gradients(uint row, uint column) {
    const vec4 values = p_gradient[(row * row_stride + column) >> 2];
    return mix(vec4(0.0), values, lessThan(column + uvec4(0, 1, 2, 3), uvec4(row_length)));
}

void main() {
    const uint row = (gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x) * gl_WorkGroupSize.x + gl_LocalInvocationID.x;
    if (row >= rows) {
        return;
    }
    float sum = 0.0;
    for (uint column = 0; column < row_length; column += 4) {
        const vec4 products = p[(row * row_stride + column) >> 2] * load_gradients(row, column);
        sum += (products.x + products.y) + (products.z + products.w);
    }
    for (uint column = 0; column < row_stride; column += 4) {
        const uint at = (row * row_stride + column) >> 2;
        score_gradient[at] = p[at] * (load_gradients(row, column) - sum);
    }
}
