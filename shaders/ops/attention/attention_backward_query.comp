// Fused attention, backward: gradient of the queries.
//
//   q_gradient[q] = scale * sum_k score_gradient[q, k] * key[k]
//
// A workgroup owns TILE_ROWS queries of one head of one image and recomputes their scores key tile by key tile.
//
// Dispatch: x = ceil(tokens / TILE_ROWS), y = heads, z = batch_count. LOCAL_SIZE_X = TILE_ROWS / 4 * THREADS_X.
// Shared memory: 2 * (TILE_ROWS + TILE_COLUMNS) * (4 * HEAD_DIM + 16) + 4 * TILE_ROWS * TILE_COLUMNS bytes:
// 32 x 16 tiles fit 32 KiB up to a HEAD_DIM of 64, 8 x 16 up to 128 (16 x 16 where 40 KiB are to be had).
//
// q, k, v, q_gradient: strided alike   out_gradient: strided as out   bias: [heads, tokens, tokens]
// log_sum_exp, delta: [batch_count, heads, tokens]
#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require

#include "ops/attention/attention_interface.glsl"
#include "ops/attention/attention_backward_scores.glsl"

layout(binding = 7) writeonly buffer QueryGradient { vec4 q_gradient[]; };
layout(binding = 7) writeonly buffer QueryGradientFours { uvec4 q_gradient_as_fours[]; };
layout(binding = 7) writeonly buffer QueryGradientPairs { uvec2 q_gradient_as_pairs[]; };

shared vec4 weights[TILE_COLUMNS * ROW_GROUPS];  // [column][group of four rows]

vec4 sums[4][OWNED];

void main() {
    const uint batch = gl_WorkGroupID.z;
    const uint head = gl_WorkGroupID.y;
    const uint row0 = gl_WorkGroupID.x * TILE_ROWS;
    const uint first = first_element(batch, head);
    CLEAR(sums)
    LOAD_TILE(row_tile, q, offset_q + first, token_stride, row0, TILE_ROWS)
    LOAD_TILE(row_partner_tile, out_gradient, first_out_element(batch, head), out_token_stride, row0, TILE_ROWS)
    for (uint column0 = 0; column0 < tokens; column0 += TILE_COLUMNS) {
        LOAD_TILE(column_tile, k, offset_k + first, token_stride, column0, TILE_COLUMNS)
        LOAD_TILE(column_partner_tile, v, offset_v + first, token_stride, column0, TILE_COLUMNS)
        barrier();  // the tiles are complete
        differentiate_scores(batch, head, row0, column0, true);
        SHARE_WEIGHTS(weights, score_gradients)
        barrier();  // the weights are complete
        ADD_WEIGHTED(sums, weights, column_tile)
        barrier();  // nobody reads tiles or weights any more
    }
    const vec4 factors = vec4(scale);
    STORE_ROWS(q_gradient, offset_q + first, token_stride, row0, sums, factors)
}
