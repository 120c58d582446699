// Fused attention on matrix units, backward: gradient of the queries.
//
//   q_gradient[q] = scale * sum_k score_gradient[q, k] * key[k]
//
// A workgroup owns TILE_ROWS queries of one head of one image and recomputes their scores key tile by key tile; how it multiplies is
// said in cooperative_attention.glsl.
//
// Dispatch: x = ceil(tokens / TILE_ROWS), y = heads, z = batch_count.
// Shared memory: 4 * (TILE_ROWS + TILE_COLUMNS) * (PADDED_DIM + 8) + TILE_ROWS * (2 * TILE_COLUMNS + 24) bytes and
// 4 * MATRIX_M * MATRIX_N for every subgroup.
//
// q, k, v, q_gradient: strided alike   out_gradient: strided as out   bias: [heads, tokens, tokens]
// log_sum_exp, delta: [batch_count, heads, tokens]
#version 460
#pragma cim variants(PRODUCT = float16_t, bfloat16_t)
#pragma cim no_optimize
#extension GL_GOOGLE_include_directive : require

#include "ops/matmul/product_type.glsl"
#include "ops/attention/cooperative_attention.glsl"
#include "ops/attention/cooperative_attention_backward.glsl"

layout(binding = 7) writeonly buffer QueryGradient { vec4 q_gradient[]; };
layout(binding = 7) writeonly buffer QueryGradientFours { uvec4 q_gradient_as_fours[]; };
layout(binding = 7) writeonly buffer QueryGradientPairs { uvec2 q_gradient_as_pairs[]; };

SUMS sums[ROWS * RESULT_MATRICES];

void main() {
    const uint batch = gl_WorkGroupID.z;
    const uint head = gl_WorkGroupID.y;
    const uint row0 = gl_WorkGroupID.x * TILE_ROWS;
    const uint first = first_element(batch, head);
    CLEAR(sums, ROWS * RESULT_MATRICES)
    LOAD_TILE(row_tile, q, offset_q + first, token_stride, row0, TILE_ROWS)
    LOAD_TILE(row_partner_tile, out_gradient, first_out_element(batch, head), out_token_stride, row0, TILE_ROWS)
    load_statistics(row0);
    for (uint column0 = 0; column0 < tokens; column0 += TILE_COLUMNS) {
        LOAD_TILE(column_tile, k, offset_k + first, token_stride, column0, TILE_COLUMNS)
        LOAD_TILE(column_partner_tile, v, offset_v + first, token_stride, column0, TILE_COLUMNS)
        barrier();  // the tiles are complete
        differentiate_scores(row0, column0);
        SHARE_WEIGHTS(key_weights, score_gradients, column0)
        meet_in_rows();  // the weights are complete
        ADD_WEIGHTED(sums, key_weights, column_tile)
        barrier();  // nobody reads tiles or weights any more
    }
#define FACTOR_OF_ROW(row) scale
    STORE_ROWS(q_gradient, offset_q + first, token_stride, row0, sums, FACTOR_OF_ROW)
}
