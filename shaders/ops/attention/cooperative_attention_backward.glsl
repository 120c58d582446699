// The gradient of the scores of one tile on matrix units, shared by the backward kernels.
//
//   p = exp(scale * dot(query, key) + bias - log_sum_exp[query])      score_gradient = p * (dot(out_gradient, value) - delta[query])
//
// ROWS_ARE_KEYS: the workgroup's rows are keys and the columns that it walks are queries; else the other way round.

#include "ops/attention/attention_backward_operands.glsl"

#ifdef ROWS_ARE_KEYS
#define TILE_QUERIES TILE_COLUMNS
#else
#define TILE_QUERIES TILE_ROWS
#endif

shared PRODUCT_FOUR row_tile[TILE_ROWS * PITCH];                // queries (keys where rows are keys)
shared PRODUCT_FOUR row_partner_tile[TILE_ROWS * PITCH];        // output gradients (values)
shared PRODUCT_FOUR column_tile[TILE_COLUMNS * PITCH];          // keys (queries)
shared PRODUCT_FOUR column_partner_tile[TILE_COLUMNS * PITCH];  // values (output gradients)
shared PRODUCT_FOUR key_weights[TILE_ROWS * WEIGHT_PITCH];      // score gradients, [row][column]
shared float query_logarithms[TILE_QUERIES];
shared float query_deltas[TILE_QUERIES];

SUMS probabilities[ROWS * SCORE_MATRICES];
SUMS score_gradients[ROWS * SCORE_MATRICES];

// log_sum_exp and delta of the tile's queries; 0 beyond the last.
void load_statistics(uint query0) {
    const uint plane = gl_WorkGroupID.z * heads + gl_WorkGroupID.y;
    for (uint i = gl_LocalInvocationIndex; i < TILE_QUERIES; i += LOCAL_SIZE_X) {
        const bool inside = query0 + i < tokens;
        query_logarithms[i] = inside ? log_sum_exp[plane * tokens + query0 + i] : 0.0;
        query_deltas[i] = inside ? delta[plane * tokens + query0 + i] : 0.0;
    }
}

// The bias of a matrix of scores, by way of the subgroup's staging and in the order of memory; 0 outside.
SUMS load_bias(uint row, uint column) {
#ifdef ROWS_ARE_KEYS
    const uint query0 = column;
    const uint key0 = row;
    const uint key_fours = MATRIX_M / 4;
#else
    const uint query0 = row;
    const uint key0 = column;
    const uint key_fours = MATRIX_PITCH;
#endif
    subgroupBarrier();  // nobody of the subgroup reads the staging any more
    for (uint e = gl_SubgroupInvocationID; e < MATRIX_FOURS; e += SUBGROUP_SIZE) {
        const uint query = query0 + e / key_fours;
        const uint key = key0 + e % key_fours * 4;
        vec4 values = vec4(0.0);
        [[unroll]] for (uint t = 0; t < 4; t++) {
            if (query < tokens && key + t < tokens) {
                values[t] = bias[(gl_WorkGroupID.y * tokens + query) * tokens + key + t];
            }
        }
        staging[gl_SubgroupID * MATRIX_FOURS + e] = values;
    }
    subgroupBarrier();  // the bias is complete
    SUMS loaded;
#ifdef ROWS_ARE_KEYS
    coopMatLoad(loaded, staging, gl_SubgroupID * MATRIX_FOURS, key_fours, BY_COLUMNS);
#else
    coopMatLoad(loaded, staging, gl_SubgroupID * MATRIX_FOURS, key_fours, BY_ROWS);
#endif
    return loaded;
}

// A value of each query in all places of a matrix of scores that belong to it: a stride of 0 repeats them.
#ifdef ROWS_ARE_KEYS
#define LOAD_OF_QUERIES(target, source, i, j) coopMatLoad(target, source, first_score_column() + j * MATRIX_N, 0, BY_ROWS);
#else
#define LOAD_OF_QUERIES(target, source, i, j) coopMatLoad(target, source, first_row() + i * MATRIX_M, 0, BY_COLUMNS);
#endif

// From the tiles to probabilities and score_gradients; what they are for tokens beyond the last is anything.
void differentiate_scores(uint row0, uint column0) {
    MULTIPLY_TOKENS(probabilities, row_tile, column_tile)
    MULTIPLY_TOKENS(score_gradients, row_partner_tile, column_partner_tile)
    [[unroll]] for (uint i = 0; i < ROWS; i++) {
        [[unroll]] for (uint j = 0; j < SCORE_MATRICES; j++) {
            const uint at = i * SCORE_MATRICES + j;
            SUMS logarithms;
            SUMS deltas;
            LOAD_OF_QUERIES(logarithms, query_logarithms, i, j)
            LOAD_OF_QUERIES(deltas, query_deltas, i, j)
            if (HAS_BIAS) {
                logarithms = logarithms - load_bias(row0 + first_row() + i * MATRIX_M, column0 + first_score_column() + j * MATRIX_N);
            }
            [[unroll]] for (int e = 0; e < deltas.length(); e++) {
                const float probability = exp(scale * probabilities[at][e] - logarithms[e]);
                probabilities[at][e] = probability;
                score_gradients[at][e] = probability * (score_gradients[at][e] - deltas[e]);
            }
        }
    }
}

// Rounds the subgroup's matrices of scores into weights [row][column]; 0 for columns beyond the last token.
#define SHARE_WEIGHTS(target, matrices, column0)                                                                           \
    [[unroll]] for (uint i = 0; i < ROWS; i++) {                                                                           \
        [[unroll]] for (uint j = 0; j < SCORE_MATRICES; j++) {                                                             \
            STAGE(matrices[i * SCORE_MATRICES + j])                                                                        \
            for (uint e = gl_SubgroupInvocationID; e < MATRIX_FOURS; e += SUBGROUP_SIZE) {                                 \
                const uint row = first_row() + i * MATRIX_M + e / MATRIX_PITCH;                                            \
                const uint column = first_score_column() + j * MATRIX_N + e % MATRIX_PITCH * 4;                            \
                const bvec4 inside = lessThan((column0) + column + uvec4(0, 1, 2, 3), uvec4(tokens));                      \
                const vec4 values = mix(vec4(0.0), staging[gl_SubgroupID * MATRIX_FOURS + e], inside);                     \
                target[row * WEIGHT_PITCH + column / 4] = PRODUCT_FOUR(values);                                            \
            }                                                                                                              \
        }                                                                                                                  \
    }
