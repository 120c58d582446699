// The gradient of the scores of one tile, shared by the backward kernels of fused attention.
//
//   p = exp(scale * dot(query, key) + bias - log_sum_exp[query])      score_gradient = p * (dot(out_gradient, value) - delta[query])

#include "ops/attention/attention_backward_operands.glsl"

shared vec4 row_tile[TILE_ROWS * PITCH];               // queries (keys where rows are keys)
shared vec4 row_partner_tile[TILE_ROWS * PITCH];       // output gradients (values)
shared vec4 column_tile[TILE_COLUMNS * PITCH];         // keys (queries)
shared vec4 column_partner_tile[TILE_COLUMNS * PITCH]; // values (output gradients)

float probabilities[4][COLUMNS];
float score_gradients[4][COLUMNS];

// From the tiles to probabilities and score_gradients; both are 0 for tokens beyond the last.
void differentiate_scores(uint batch, uint head, uint row0, uint column0, bool rows_are_queries) {
    INNER_PRODUCTS(probabilities, row_tile, column_tile)
    INNER_PRODUCTS(score_gradients, row_partner_tile, column_partner_tile)
    const uint plane = batch * heads + head;
    [[unroll]] for (uint i = 0; i < 4; i++) {
        const uint row = row0 + group_of_rows() * 4 + i;
        [[unroll]] for (uint j = 0; j < COLUMNS; j++) {
            const uint column = column0 + column_place(j);
            const bool inside = row < tokens && column < tokens;
            const uint query = inside ? (rows_are_queries ? row : column) : 0;
            const uint key = inside ? (rows_are_queries ? column : row) : 0;
            float score = scale * probabilities[i][j] - log_sum_exp[plane * tokens + query];
            if (HAS_BIAS) {
                score += bias[(head * tokens + query) * tokens + key];
            }
            const float probability = exp(score);
            const float gradient = probability * (score_gradients[i][j] - delta[plane * tokens + query]);
            probabilities[i][j] = inside ? probability : 0.0;
            score_gradients[i][j] = inside ? gradient : 0.0;
        }
    }
}

// Hands the invocation's columns to the other invocations of its rows.
#define SHARE_WEIGHTS(target, values)                                                                      \
    [[unroll]] for (uint j = 0; j < COLUMNS; j++) {                                                        \
        target[column_place(j) * ROW_GROUPS + group_of_rows()] =                                           \
            vec4(values[0][j], values[1][j], values[2][j], values[3][j]);                                  \
    }
