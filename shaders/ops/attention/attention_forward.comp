// Fused attention, forward: scores, softmax and weighted values of one head without storing the scores, the form for GPUs.
//
//   result[q] = sum_k softmax_k(scale * dot(query[q], key[k]) + bias[h, q, k]) * value[k]     log_sum_exp[q] = log sum_k exp(...)
//
// A workgroup owns TILE_ROWS queries of one head of one image and keeps their running maximum and sum.
//
// Dispatch: x = ceil(tokens / TILE_ROWS), y = heads, z = batch_count. LOCAL_SIZE_X = TILE_ROWS / 4 * THREADS_X.
// Shared memory: (TILE_ROWS + TILE_COLUMNS) * (4 * HEAD_DIM + 16) + 4 * TILE_ROWS * (TILE_COLUMNS + THREADS_X) bytes.
// 32 x 32 tiles fit 32 KiB up to a HEAD_DIM of 64, 32 x 16 up to 128. On a CPU driver attention_direct_forward is
// 2 to 4 times faster.
//
// q, k, v: strided, one buffer [batch, tokens, 3, heads, head_dim] or three   result (the output): strided [batch, tokens, heads, head_dim]
// bias: [heads, tokens, tokens]   log_sum_exp: [batch_count, heads, tokens], saved for attention_backward_*.comp
#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require

#include "ops/attention/attention_interface.glsl"
#include "ops/attention/attention_operands.glsl"

layout(binding = 4) restrict writeonly buffer Out { vec4 result[]; };
layout(binding = 4) restrict writeonly buffer OutFours { uvec4 result_as_fours[]; };
layout(binding = 4) restrict writeonly buffer OutPairs { uvec2 result_as_pairs[]; };
layout(binding = 5) restrict writeonly buffer LogSumExp { float log_sum_exp[]; };

const float FAR_BELOW = -1e30;  // below every score, yet finite

shared vec4 row_tile[TILE_ROWS * PITCH];              // queries
shared vec4 column_tile[TILE_COLUMNS * PITCH];        // keys, then values
shared vec4 weights[TILE_COLUMNS * ROW_GROUPS];       // [column][group of four rows]
shared vec4 partials[ROW_GROUPS * THREADS_X];         // maxima or sums of four rows over the columns of one invocation

vec4 sums[4][OWNED];
float scores[4][COLUMNS];

void finish_scores(uint row0, uint column0) {
    [[unroll]] for (uint j = 0; j < COLUMNS; j++) {
        const uint column = column0 + column_place(j);
        [[unroll]] for (uint i = 0; i < 4; i++) {
            const uint row = row0 + group_of_rows() * 4 + i;
            float score = scale * scores[i][j];
            if (HAS_BIAS && row < tokens && column < tokens) {
                score += bias[(gl_WorkGroupID.y * tokens + row) * tokens + column];
            }
            scores[i][j] = column < tokens ? score : FAR_BELOW;
        }
    }
}

vec4 maxima_of_invocation() {
    vec4 maxima = vec4(FAR_BELOW);
    [[unroll]] for (uint i = 0; i < 4; i++) {
        [[unroll]] for (uint j = 0; j < COLUMNS; j++) {
            maxima[i] = max(maxima[i], scores[i][j]);
        }
    }
    return maxima;
}

// Stores exp(score - maximum) as the weights of this step and returns the invocation's part of their sums.
vec4 weigh(vec4 maxima, uint column0) {
    vec4 total = vec4(0.0);
    [[unroll]] for (uint j = 0; j < COLUMNS; j++) {
        vec4 weight;
        [[unroll]] for (uint i = 0; i < 4; i++) {
            weight[i] = column0 + column_place(j) < tokens ? exp(scores[i][j] - maxima[i]) : 0.0;
        }
        weights[column_place(j) * ROW_GROUPS + group_of_rows()] = weight;
        total += weight;
    }
    return total;
}

void main() {
    const uint row0 = gl_WorkGroupID.x * TILE_ROWS;
    const uint first = first_element(gl_WorkGroupID.z, gl_WorkGroupID.y);
    const uint partial0 = group_of_rows() * THREADS_X;
    vec4 maxima = vec4(FAR_BELOW);
    vec4 total = vec4(0.0);
    CLEAR(sums)
    LOAD_TILE(row_tile, q, offset_q + first, token_stride, row0, TILE_ROWS)
    for (uint column0 = 0; column0 < tokens; column0 += TILE_COLUMNS) {
        LOAD_TILE(column_tile, k, offset_k + first, token_stride, column0, TILE_COLUMNS)
        barrier();  // queries and keys are complete
        INNER_PRODUCTS(scores, row_tile, column_tile)
        finish_scores(row0, column0);
        partials[gl_LocalInvocationIndex] = maxima_of_invocation();
        barrier();  // the maxima are complete and nobody reads the keys any more
        vec4 larger = maxima;
        for (uint t = 0; t < THREADS_X; t++) {
            larger = max(larger, partials[partial0 + t]);
        }
        const vec4 shrink = exp(maxima - larger);
        maxima = larger;
        total = total * shrink + weigh(maxima, column0);
        LOAD_TILE(column_tile, v, offset_v + first, token_stride, column0, TILE_COLUMNS)
        barrier();  // weights and values are complete
        [[unroll]] for (uint i = 0; i < 4; i++) {
            [[unroll]] for (uint j = 0; j < OWNED; j++) {
                sums[i][j] *= shrink[i];
            }
        }
        ADD_WEIGHTED(sums, weights, column_tile)
        barrier();  // nobody reads weights, values or maxima any more
    }
    partials[gl_LocalInvocationIndex] = total;
    barrier();  // the sums are complete
    total = vec4(0.0);
    for (uint t = 0; t < THREADS_X; t++) {
        total += partials[partial0 + t];
    }
    const vec4 factors = 1.0 / total;
    STORE_ROWS(result, first_out_element(gl_WorkGroupID.z, gl_WorkGroupID.y), out_token_stride, row0, sums, factors)
    [[unroll]] for (uint i = 0; i < 4; i++) {
        const uint row = row0 + group_of_rows() * 4 + i;
        if (thread_x() == 0 && row < tokens) {
            log_sum_exp[(gl_WorkGroupID.z * heads + gl_WorkGroupID.y) * tokens + row] = maxima[i] + log(total[i]);
        }
    }
}
