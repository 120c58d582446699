// Fused attention, backward: gradients of keys and values.
//
//   k_gradient[k] = scale * sum_q score_gradient[q, k] * query[q]      v_gradient[k] = sum_q p[q, k] * out_gradient[q]
//
// A workgroup owns TILE_ROWS keys of one head of one image and recomputes their scores query tile by query tile.
//
// Dispatch: x = ceil(tokens / TILE_ROWS), y = heads, z = batch_count. LOCAL_SIZE_X = TILE_ROWS / 4 * THREADS_X.
// Shared memory: 2 * (TILE_ROWS + TILE_COLUMNS) * (4 * HEAD_DIM + 16) + 8 * TILE_ROWS * TILE_COLUMNS bytes:
// 32 x 16 tiles fit 32 KiB up to a HEAD_DIM of 64, 8 x 16 up to 128 (16 x 16 where 40 KiB are to be had).
//
// q, k, v, k_gradient, v_gradient: strided alike; the two gradients may be one buffer   out_gradient: strided as out
// bias: [heads, tokens, tokens]   log_sum_exp, delta: [batch_count, heads, tokens]
#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require

#include "ops/attention/attention_interface.glsl"
#include "ops/attention/attention_backward_scores.glsl"

layout(binding = 7) writeonly buffer KeyGradient { vec4 k_gradient[]; };
layout(binding = 7) writeonly buffer KeyGradientFours { uvec4 k_gradient_as_fours[]; };
layout(binding = 7) writeonly buffer KeyGradientPairs { uvec2 k_gradient_as_pairs[]; };
layout(binding = 8) writeonly buffer ValueGradient { vec4 v_gradient[]; };
layout(binding = 8) writeonly buffer ValueGradientFours { uvec4 v_gradient_as_fours[]; };
layout(binding = 8) writeonly buffer ValueGradientPairs { uvec2 v_gradient_as_pairs[]; };

shared vec4 key_weights[TILE_COLUMNS * ROW_GROUPS];    // [column][group of four rows]
shared vec4 value_weights[TILE_COLUMNS * ROW_GROUPS];

vec4 key_sums[4][OWNED];
vec4 value_sums[4][OWNED];

void main() {
    const uint batch = gl_WorkGroupID.z;
    const uint head = gl_WorkGroupID.y;
    const uint row0 = gl_WorkGroupID.x * TILE_ROWS;
    const uint first = first_element(batch, head);
    CLEAR(key_sums)
    CLEAR(value_sums)
    LOAD_TILE(row_tile, k, offset_k + first, token_stride, row0, TILE_ROWS)
    LOAD_TILE(row_partner_tile, v, offset_v + first, token_stride, row0, TILE_ROWS)
    for (uint column0 = 0; column0 < tokens; column0 += TILE_COLUMNS) {
        LOAD_TILE(column_tile, q, offset_q + first, token_stride, column0, TILE_COLUMNS)
        LOAD_TILE(column_partner_tile, out_gradient, first_out_element(batch, head), out_token_stride, column0, TILE_COLUMNS)
        barrier();  // the tiles are complete
        differentiate_scores(batch, head, row0, column0, false);
        SHARE_WEIGHTS(key_weights, score_gradients)
        SHARE_WEIGHTS(value_weights, probabilities)
        barrier();  // the weights are complete
        ADD_WEIGHTED(key_sums, key_weights, column_tile)
        ADD_WEIGHTED(value_sums, value_weights, column_partner_tile)
        barrier();  // nobody reads tiles or weights any more
    }
    const vec4 key_factors = vec4(scale);
    const vec4 value_factors = vec4(1.0);
    STORE_ROWS(k_gradient, offset_k + first, token_stride, row0, key_sums, key_factors)
    STORE_ROWS(v_gradient, offset_v + first, token_stride, row0, value_sums, value_factors)
}
