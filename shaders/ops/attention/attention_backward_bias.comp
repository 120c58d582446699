// Fused attention, backward: gradient of the bias on the scores, summed over the images in ascending order.
//
//   bias_gradient[h, q, k] = sum_b score_gradient[b, h, q, k]
//
// A workgroup owns TILE_ROWS queries x TILE_COLUMNS keys of one head and recomputes their scores image by image.
//
// Dispatch: x = ceil(tokens / TILE_ROWS), y = ceil(tokens / TILE_COLUMNS), z = heads. LOCAL_SIZE_X = TILE_ROWS / 4 * THREADS_X.
// Shared memory: 2 * (TILE_ROWS + TILE_COLUMNS) * (4 * HEAD_DIM + 16) bytes.
//
// q, k, v: strided alike   out_gradient: strided as out   bias, bias_gradient: [heads, tokens, tokens]
// log_sum_exp, delta: [batch_count, heads, tokens]
#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require

#include "ops/attention/attention_interface.glsl"
#include "ops/attention/attention_backward_scores.glsl"

layout(binding = 7) restrict writeonly buffer BiasGradient { float bias_gradient[]; };

float sums[4][COLUMNS];

void add_score_gradients() {
    [[unroll]] for (uint i = 0; i < 4; i++) {
        [[unroll]] for (uint j = 0; j < COLUMNS; j++) {
            sums[i][j] += score_gradients[i][j];
        }
    }
}

void main() {
    const uint head = gl_WorkGroupID.z;
    const uint row0 = gl_WorkGroupID.x * TILE_ROWS;
    const uint column0 = gl_WorkGroupID.y * TILE_COLUMNS;
    [[unroll]] for (uint i = 0; i < 4; i++) {
        [[unroll]] for (uint j = 0; j < COLUMNS; j++) {
            sums[i][j] = 0.0;
        }
    }
    for (uint batch = 0; batch < batch_count; batch++) {
        const uint first = first_element(batch, head);
        LOAD_TILE(row_tile, q, offset_q + first, token_stride, row0, TILE_ROWS)
        LOAD_TILE(row_partner_tile, out_gradient, first_out_element(batch, head), out_token_stride, row0, TILE_ROWS)
        LOAD_TILE(column_tile, k, offset_k + first, token_stride, column0, TILE_COLUMNS)
        LOAD_TILE(column_partner_tile, v, offset_v + first, token_stride, column0, TILE_COLUMNS)
        barrier();  // the tiles are complete
        differentiate_scores(batch, head, row0, column0, true);
        add_score_gradients();
        barrier();  // nobody reads the tiles any more
    }
    [[unroll]] for (uint i = 0; i < 4; i++) {
        const uint row = row0 + group_of_rows() * 4 + i;
        [[unroll]] for (uint j = 0; j < COLUMNS; j++) {
            const uint column = column0 + column_place(j);
            if (row < tokens && column < tokens) {
                bias_gradient[(head * tokens + row) * tokens + column] = sums[i][j];
            }
        }
    }
}
