// Attention in registers, forward: scores, softmax and weighted values without shared memory, the form for CPU drivers.
//
//   result[q] = sum_k softmax_k(scale * dot(query[q], key[k]) + bias[h, q, k]) * value[k]     log_sum_exp[q] = log sum_k exp(...)
//
// An invocation owns ROWS queries of one head of one image, with their running maximum and sum, and walks the keys. A workgroup is one full
// subgroup: each invocation loads a part of a key and of a value, and shuffles hand it round. What does not fit into registers is spilled
// to the stack, whose loads cost a CPU driver next to nothing, unlike those of buffers.
//
// Dispatch: x = ceil(tokens / (ROWS * LOCAL_SIZE_X)), y = heads, z = batch_count. LOCAL_SIZE_X = subgroup size.
// Keys are walked in ascending order: the result does not depend on ROWS.
//
// q, k, v: one buffer [batch, tokens, 3, heads, head_dim]   result (the output): [batch, tokens, heads, head_dim]
// bias: [heads, tokens, tokens]   log_sum_exp: [batch_count, heads, tokens]
#version 460
#extension GL_EXT_control_flow_attributes : require
#extension GL_KHR_shader_subgroup_shuffle : require

layout(constant_id = 0) const uint LOCAL_SIZE_X = 8;  // invocations of a workgroup: one subgroup
layout(local_size_x_id = 0) in;
layout(constant_id = 1) const uint HEAD_DIM = 64;     // a multiple of 4
layout(constant_id = 2) const uint ROWS = 5;          // tokens of an invocation
layout(constant_id = 3) const bool HAS_BIAS = false;  // bias [heads, tokens, tokens] is added to the scores

layout(push_constant) uniform Parameters {
    uint heads;   // heads of an image
    uint tokens;  // tokens of an image, queries and keys alike
    float scale;  // factor of the scores, usually 1 / sqrt(HEAD_DIM)
};

layout(binding = 0) restrict readonly buffer Packed { vec4 qkv[]; };
layout(binding = 1) restrict readonly buffer Bias { float bias[]; };
layout(binding = 2) restrict writeonly buffer Out { vec4 result[]; };
layout(binding = 3) restrict writeonly buffer LogSumExp { float log_sum_exp[]; };

const uint VECTORS = HEAD_DIM / 4;
const uint SHARES = (VECTORS + LOCAL_SIZE_X - 1) / LOCAL_SIZE_X;  // vec4s of a key or value that an invocation loads
const uint QUERIES = 0;
const uint KEYS = 1;
const uint VALUES = 2;
const float FAR_BELOW = -1e30;  // below every score, yet finite

vec4 queries[ROWS][VECTORS];
vec4 sums[ROWS][VECTORS];
float maxima[ROWS];
float totals[ROWS];

// The invocation's token r; those of a workgroup lie side by side.
uint row_of(uint r) {
    return (gl_WorkGroupID.x * ROWS + r) * gl_WorkGroupSize.x + gl_LocalInvocationID.x;
}

uint row_inside(uint r) {
    return min(row_of(r), tokens - 1);
}

uint first_packed_vector() {
    return (gl_WorkGroupID.z * tokens * 3 * heads + gl_WorkGroupID.y) * VECTORS;
}

// First vec4 of a token's queries, keys or values, counted from first_packed_vector.
uint packed_vector(uint token, uint part) {
    return (token * 3 + part) * heads * VECTORS;
}

// First vec4 of a token in [batch, tokens, heads, head_dim].
uint plain_vector(uint token) {
    return ((gl_WorkGroupID.z * tokens + token) * heads + gl_WorkGroupID.y) * VECTORS;
}

uint row_of_statistics(uint token) {
    return (gl_WorkGroupID.z * heads + gl_WorkGroupID.y) * tokens + token;
}

float sum_of(vec4 terms) {
    return (terms.x + terms.y) + (terms.z + terms.w);
}

void load_shares(uint at, out vec4 shares[SHARES]) {
    [[unroll]] for (uint t = 0; t < SHARES; t++) {
        shares[t] = qkv[at + min(t * LOCAL_SIZE_X + gl_SubgroupInvocationID, VECTORS - 1)];
    }
}

vec4 vector_of(vec4 shares[SHARES], uint d) {
    return subgroupShuffle(shares[d / LOCAL_SIZE_X], d % LOCAL_SIZE_X);
}

void score(uint key, uint first, out float scores[ROWS]) {
    vec4 products[ROWS];
    [[unroll]] for (uint r = 0; r < ROWS; r++) {
        products[r] = vec4(0.0);
    }
    vec4 shares[SHARES];
    load_shares(first + packed_vector(key, KEYS), shares);
    [[unroll]] for (uint d = 0; d < VECTORS; d++) {
        const vec4 values = vector_of(shares, d);
        [[unroll]] for (uint r = 0; r < ROWS; r++) {
            products[r] = fma(queries[r][d], values, products[r]);
        }
    }
    [[unroll]] for (uint r = 0; r < ROWS; r++) {
        scores[r] = sum_of(products[r]);
        if (HAS_BIAS) {
            scores[r] += bias[(gl_WorkGroupID.y * tokens + row_inside(r)) * tokens + key];
        }
    }
}

// Turns scores into exp(score - maximum); shrink brings what was summed under a smaller maximum down to the new one.
void weigh(inout float scores[ROWS], out float shrink[ROWS]) {
    [[unroll]] for (uint r = 0; r < ROWS; r++) {
        const float larger = max(maxima[r], scores[r]);
        shrink[r] = exp(maxima[r] - larger);
        scores[r] = exp(scores[r] - larger);
        maxima[r] = larger;
        totals[r] = fma(totals[r], shrink[r], scores[r]);
    }
}

// Shrinks and adds in one go: every sum is loaded and stored once a key.
void add_value(uint key, uint first, float weights[ROWS], float shrink[ROWS]) {
    vec4 shares[SHARES];
    load_shares(first + packed_vector(key, VALUES), shares);
    [[unroll]] for (uint d = 0; d < VECTORS; d++) {
        const vec4 value = vector_of(shares, d);
        [[unroll]] for (uint r = 0; r < ROWS; r++) {
            sums[r][d] = fma(vec4(weights[r]), value, shrink[r] * sums[r][d]);
        }
    }
}

void main() {
    const uint first = first_packed_vector();
    [[unroll]] for (uint r = 0; r < ROWS; r++) {
        maxima[r] = FAR_BELOW;
        totals[r] = 0.0;
        [[unroll]] for (uint d = 0; d < VECTORS; d++) {
            queries[r][d] = scale * qkv[first + packed_vector(row_inside(r), QUERIES) + d];
            sums[r][d] = vec4(0.0);
        }
    }
    for (uint key = 0; key < tokens; key++) {
        float weights[ROWS];
        float shrink[ROWS];
        score(key, first, weights);
        weigh(weights, shrink);
        add_value(key, first, weights, shrink);
    }
    [[unroll]] for (uint r = 0; r < ROWS; r++) {
        if (row_of(r) < tokens) {
            [[unroll]] for (uint d = 0; d < VECTORS; d++) {
                result[plain_vector(row_of(r)) + d] = sums[r][d] / totals[r];
            }
            log_sum_exp[row_of_statistics(row_of(r))] = maxima[r] + log(totals[r]);
        }
    }
}
