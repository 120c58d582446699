// Fused attention on matrix units, backward: gradients of keys and values.
//
//   k_gradient[k] = scale * sum_q score_gradient[q, k] * query[q]      v_gradient[k] = sum_q p[q, k] * out_gradient[q]
//
// A workgroup owns TILE_ROWS keys of one head of one image and recomputes their scores query tile by query tile; how it multiplies is
// said in cooperative_attention.glsl.
//
// Dispatch: x = ceil(tokens / TILE_ROWS), y = heads, z = batch_count.
// Shared memory: 4 * (TILE_ROWS + TILE_COLUMNS) * (PADDED_DIM + 8) + TILE_ROWS * (4 * TILE_COLUMNS + 32) + 8 * TILE_COLUMNS bytes and
// 4 * MATRIX_M * MATRIX_N for every subgroup.
//
// q, k, v, k_gradient, v_gradient: strided alike; the two gradients may be one buffer   out_gradient: strided as out
// bias: [heads, tokens, tokens]   log_sum_exp, delta: [batch_count, heads, tokens]
#version 460
#pragma cim variants(PRODUCT = float16_t, bfloat16_t)
#pragma cim no_optimize
#extension GL_GOOGLE_include_directive : require

#define ROWS_ARE_KEYS
#include "ops/matmul/product_type.glsl"
#include "ops/attention/cooperative_attention.glsl"
#include "ops/attention/cooperative_attention_backward.glsl"

layout(binding = 7) writeonly buffer KeyGradient { vec4 k_gradient[]; };
layout(binding = 7) writeonly buffer KeyGradientFours { uvec4 k_gradient_as_fours[]; };
layout(binding = 7) writeonly buffer KeyGradientPairs { uvec2 k_gradient_as_pairs[]; };
layout(binding = 8) writeonly buffer ValueGradient { vec4 v_gradient[]; };
layout(binding = 8) writeonly buffer ValueGradientFours { uvec4 v_gradient_as_fours[]; };
layout(binding = 8) writeonly buffer ValueGradientPairs { uvec2 v_gradient_as_pairs[]; };

shared PRODUCT_FOUR value_weights[TILE_ROWS * WEIGHT_PITCH];  // probabilities, [row][column]

SUMS key_sums[ROWS * RESULT_MATRICES];
SUMS value_sums[ROWS * RESULT_MATRICES];

void main() {
    const uint batch = gl_WorkGroupID.z;
    const uint head = gl_WorkGroupID.y;
    const uint row0 = gl_WorkGroupID.x * TILE_ROWS;
    const uint first = first_element(batch, head);
    CLEAR(key_sums, ROWS * RESULT_MATRICES)
    CLEAR(value_sums, ROWS * RESULT_MATRICES)
    LOAD_TILE(row_tile, k, offset_k + first, token_stride, row0, TILE_ROWS)
    LOAD_TILE(row_partner_tile, v, offset_v + first, token_stride, row0, TILE_ROWS)
    for (uint column0 = 0; column0 < tokens; column0 += TILE_COLUMNS) {
        LOAD_TILE(column_tile, q, offset_q + first, token_stride, column0, TILE_COLUMNS)
        LOAD_TILE(column_partner_tile, out_gradient, first_out_element(batch, head), out_token_stride, column0, TILE_COLUMNS)
        load_statistics(column0);
        barrier();  // the tiles are complete
        differentiate_scores(row0, column0);
        SHARE_WEIGHTS(key_weights, score_gradients, column0)
        SHARE_WEIGHTS(value_weights, probabilities, column0)
        meet_in_rows();  // the weights are complete
        ADD_WEIGHTED(key_sums, key_weights, column_tile)
        ADD_WEIGHTED(value_sums, value_weights, column_partner_tile)
        barrier();  // nobody reads tiles or weights any more
    }
#define KEY_FACTOR(row) scale
#define VALUE_FACTOR(row) 1.0
    STORE_ROWS(k_gradient, offset_k + first, token_stride, row0, key_sums, KEY_FACTOR)
    STORE_ROWS(v_gradient, offset_v + first, token_stride, row0, value_sums, VALUE_FACTOR)
}
