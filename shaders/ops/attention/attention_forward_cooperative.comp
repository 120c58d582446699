// Fused attention on matrix units, forward: scores, softmax and weighted values of one head without storing the scores.
//
//   result[q] = sum_k softmax_k(scale * dot(query[q], key[k]) + bias[h, q, k]) * value[k]     log_sum_exp[q] = log sum_k exp(...)
//
// A workgroup owns TILE_ROWS queries of one head of one image; how it multiplies is said in cooperative_attention.glsl. The softmax keeps
// a running maximum and sum in fp32; the weights of the values, between 0 and 1, are rounded to 16 bits.
//
// Dispatch: x = ceil(tokens / TILE_ROWS), y = heads, z = batch_count.
// Shared memory: 2 * (TILE_ROWS + 2 * TILE_COLUMNS) * (PADDED_DIM + 8) + TILE_ROWS * (6 * TILE_COLUMNS + 36) bytes and
// 4 * MATRIX_M * MATRIX_N for every subgroup.
//
// q, k, v: strided, one buffer [batch, tokens, 3, heads, head_dim] or three   result (the output): strided [batch, tokens, heads, head_dim]
// bias: [heads, tokens, tokens]   log_sum_exp: [batch_count, heads, tokens], saved for attention_backward_*.comp
#version 460
#pragma cim variants(PRODUCT = float16_t, bfloat16_t)
#pragma cim no_optimize
#extension GL_GOOGLE_include_directive : require

#include "ops/matmul/product_type.glsl"
#include "ops/attention/cooperative_attention.glsl"
#include "ops/attention/attention_operands.glsl"

layout(binding = 4) restrict writeonly buffer Out { vec4 result[]; };
layout(binding = 4) restrict writeonly buffer OutFours { uvec4 result_as_fours[]; };
layout(binding = 4) restrict writeonly buffer OutPairs { uvec2 result_as_pairs[]; };
layout(binding = 5) restrict writeonly buffer LogSumExp { float log_sum_exp[]; };

const float FAR_BELOW = -1e30;  // below every score, yet finite
const uint SCORE_PITCH = COLUMN_FOURS + 1;  // in fours
const uint THREADS = LOCAL_SIZE_X > TILE_ROWS ? LOCAL_SIZE_X / TILE_ROWS : 1;  // invocations that share a row of the softmax
const uint OWNED = TILE_ROWS * THREADS / LOCAL_SIZE_X;                         // rows of such invocations

shared PRODUCT_FOUR row_tile[TILE_ROWS * PITCH];         // queries
shared PRODUCT_FOUR column_tile[TILE_COLUMNS * PITCH];   // keys
shared PRODUCT_FOUR value_tile[TILE_COLUMNS * PITCH];
shared PRODUCT_FOUR weights[TILE_ROWS * WEIGHT_PITCH];   // [row][column]
shared vec4 scores[TILE_ROWS * SCORE_PITCH];             // [row][column]
shared float factors[TILE_ROWS];                         // of what the rows have summed so far

SUMS sums[ROWS * RESULT_MATRICES];
float maxima[OWNED];
float totals[OWNED];

// Place of the invocation among its subgroups in a line: the invocations of a row are neighbours in a subgroup.
uint place() {
    return gl_SubgroupID * SUBGROUP_SIZE + gl_SubgroupInvocationID;
}

void store_scores() {
    SUMS products[ROWS * SCORE_MATRICES];
    MULTIPLY_TOKENS(products, row_tile, column_tile)
    [[unroll]] for (uint i = 0; i < ROWS; i++) {
        [[unroll]] for (uint j = 0; j < SCORE_MATRICES; j++) {
            coopMatStore(products[i * SCORE_MATRICES + j], scores,
                (first_row() + i * MATRIX_M) * SCORE_PITCH + (first_score_column() + j * MATRIX_N) / 4, SCORE_PITCH, BY_ROWS);
        }
    }
}

vec4 finished_scores(vec4 products, uint query, uint key) {
    vec4 values = scale * products;
    if (HAS_BIAS && query < tokens) {
        const uint at = (gl_WorkGroupID.y * tokens + query) * tokens;
        [[unroll]] for (uint t = 0; t < 4; t++) {
            values[t] += bias[at + min(key + t, tokens - 1)];
        }
    }
    return mix(vec4(FAR_BELOW), values, lessThan(key + uvec4(0, 1, 2, 3), uvec4(tokens)));
}

// From the scores of one row to its weights exp(score - maximum), the new maximum and sum, and the factor of what was summed before.
void weigh_row(uint owned, uint row0, uint column0) {
    const uint row = place() / THREADS * OWNED + owned;
    vec4 highest = vec4(FAR_BELOW);
    for (uint c = place() % THREADS; c < COLUMN_FOURS; c += THREADS) {
        const vec4 values = finished_scores(scores[row * SCORE_PITCH + c], row0 + row, column0 + c * 4);
        scores[row * SCORE_PITCH + c] = values;
        highest = max(highest, values);
    }
    float maximum = max(maxima[owned], max(max(highest.x, highest.y), max(highest.z, highest.w)));
    [[unroll]] for (uint distance = 1; distance < THREADS; distance *= 2) {
        maximum = max(maximum, subgroupShuffleXor(maximum, distance));
    }
    float total = 0.0;
    for (uint c = place() % THREADS; c < COLUMN_FOURS; c += THREADS) {
        const vec4 values = exp(scores[row * SCORE_PITCH + c] - maximum);
        weights[row * WEIGHT_PITCH + c] = PRODUCT_FOUR(values);
        total += (values.x + values.y) + (values.z + values.w);
    }
    [[unroll]] for (uint distance = 1; distance < THREADS; distance *= 2) {
        total += subgroupShuffleXor(total, distance);
    }
    const float factor = exp(maxima[owned] - maximum);
    totals[owned] = totals[owned] * factor + total;
    maxima[owned] = maximum;
    if (place() % THREADS == 0) {
        factors[row] = factor;
    }
}

// Multiplies what was summed by the factors of its rows: a stride of 0 repeats them in every column.
void shrink_sums() {
    [[unroll]] for (uint i = 0; i < ROWS; i++) {
        SUMS factor;
        coopMatLoad(factor, factors, first_row() + i * MATRIX_M, 0, BY_COLUMNS);
        [[unroll]] for (uint j = 0; j < RESULT_MATRICES; j++) {
            sums[i * RESULT_MATRICES + j] = sums[i * RESULT_MATRICES + j] * factor;
        }
    }
}

void main() {
    const uint row0 = gl_WorkGroupID.x * TILE_ROWS;
    const uint first = first_element(gl_WorkGroupID.z, gl_WorkGroupID.y);
    CLEAR(sums, ROWS * RESULT_MATRICES)
    [[unroll]] for (uint owned = 0; owned < OWNED; owned++) {
        maxima[owned] = FAR_BELOW;
        totals[owned] = 0.0;
    }
    LOAD_TILE(row_tile, q, offset_q + first, token_stride, row0, TILE_ROWS)
    for (uint column0 = 0; column0 < tokens; column0 += TILE_COLUMNS) {
        LOAD_TILE(column_tile, k, offset_k + first, token_stride, column0, TILE_COLUMNS)
        LOAD_TILE(value_tile, v, offset_v + first, token_stride, column0, TILE_COLUMNS)
        barrier();  // the tiles are complete
        store_scores();
        meet_in_rows();  // the scores are complete
        [[unroll]] for (uint owned = 0; owned < OWNED; owned++) {
            weigh_row(owned, row0, column0);
        }
        meet_in_rows();  // weights and factors are complete
        shrink_sums();
        ADD_WEIGHTED(sums, weights, value_tile)
        barrier();  // nobody reads the tiles any more
    }
    [[unroll]] for (uint owned = 0; owned < OWNED; owned++) {
        const uint row = place() / THREADS * OWNED + owned;
        if (place() % THREADS == 0) {
            factors[row] = 1.0 / totals[owned];
            if (row0 + row < tokens) {
                log_sum_exp[(gl_WorkGroupID.z * heads + gl_WorkGroupID.y) * tokens + row0 + row] = maxima[owned] + log(totals[owned]);
            }
        }
    }
    meet_in_rows();  // the factors are complete
#define FACTOR_OF_ROW(row) factors[row]
    STORE_ROWS(result, first_out_element(gl_WorkGroupID.z, gl_WorkGroupID.y), out_token_stride, row0, sums, FACTOR_OF_ROW)
}
