// What every fused attention kernel shares: sizes, strides, tiles.
//
//   scores[q, k] = scale * dot(query[q], key[k]) + bias[h, q, k]      p = softmax over k      out[q] = sum_k p[q, k] * value[k]
//
// A workgroup owns TILE_ROWS tokens of one head of one image (queries, or keys where their gradients are formed) and walks the others
// in tiles of TILE_COLUMNS. An invocation holds 4 rows x (TILE_COLUMNS / THREADS_X) columns of scores and 4 rows x HEAD_DIM / THREADS_X
// columns of the result, whose vec4s lie THREADS_X apart. Strides and offsets count floats and are multiples of 4.
// LOCAL_SIZE_X = TILE_ROWS / 4 * THREADS_X. THREADS_X = 16 spills on no vendor's compiler up to a HEAD_DIM of 64; below 33 take 8.
// Columns are walked in ascending order: the result does not depend on the device.

layout(constant_id = 0) const uint LOCAL_SIZE_X = 128;  // TILE_ROWS / 4 * THREADS_X
layout(local_size_x_id = 0) in;
layout(constant_id = 1) const uint HEAD_DIM = 64;      // a multiple of 4
layout(constant_id = 2) const uint TILE_ROWS = 32;     // tokens of a workgroup, a multiple of 4
layout(constant_id = 3) const uint TILE_COLUMNS = 16;  // tokens of a step, a multiple of THREADS_X
layout(constant_id = 4) const uint THREADS_X = 16;     // invocations that share four rows
layout(constant_id = 5) const bool HAS_BIAS = false;   // bias [heads, tokens, tokens] is added to the scores
layout(constant_id = 6) const bool KEEPS_LOOPS = false;  // no compiler unrolls the products, whose loads it might hoist until they spill

#include "ops/attention/attention_parameters.glsl"

const uint VECTORS = HEAD_DIM / 4;
const uint PITCH = VECTORS + 1;  // the padding spreads rows over the banks
const uint COLUMNS = TILE_COLUMNS / THREADS_X;
const uint ROW_GROUPS = TILE_ROWS / 4;
const uint OWNED = (VECTORS + THREADS_X - 1) / THREADS_X;  // vec4s of the result per row and invocation

uint group_of_rows() {
    return gl_LocalInvocationIndex / THREADS_X;
}

uint thread_x() {
    return gl_LocalInvocationIndex % THREADS_X;
}

// Token within its tile of the invocation's column j.
uint column_place(uint j) {
    return j * THREADS_X + thread_x();
}

// Column vec4 j of the result; beyond HEAD_DIM it repeats the last, which is not stored.
uint owned_vector(uint j) {
    return min(j * THREADS_X + thread_x(), VECTORS - 1);
}

// `count`, where loops are to be kept in a form that no compiler can know: there are fewer than 2^31 tokens.
#define STEPS(count) (KEEPS_LOOPS ? (count) + (tokens >> 31) : (count))

// Copies `count` tokens from `token0` on into a tile; tokens beyond the last become 0.
#define LOAD_TILE(tile, source, first, stride, token0, count)                                              \
    for (uint i = gl_LocalInvocationIndex; i < (count) * VECTORS; i += gl_WorkGroupSize.x) {               \
        const uint token = (token0) + i / VECTORS;                                                         \
        const bool inside = token < tokens;                                                                \
        tile[i / VECTORS * PITCH + i % VECTORS] =                                                          \
            inside ? LOAD_FOUR(source, STORAGE_OF_##source, (first) + token * (stride) + i % VECTORS * 4) : vec4(0.0);                   \
    }

// result[i][j] = dot(row i of the invocation, column j of the invocation)
#define INNER_PRODUCTS(result, rows, columns)                                                              \
    [[unroll]] for (uint i = 0; i < 4; i++) {                                                              \
        [[unroll]] for (uint j = 0; j < COLUMNS; j++) {                                                    \
            result[i][j] = 0.0;                                                                            \
        }                                                                                                  \
    }                                                                                                      \
    for (uint d = 0; d < STEPS(VECTORS); d++) {                                                            \
        vec4 left[4];                                                                                      \
        [[unroll]] for (uint i = 0; i < 4; i++) {                                                          \
            left[i] = rows[(group_of_rows() * 4 + i) * PITCH + d];                                         \
        }                                                                                                  \
        [[unroll]] for (uint j = 0; j < COLUMNS; j++) {                                                    \
            const vec4 right = columns[column_place(j) * PITCH + d];                                       \
            [[unroll]] for (uint i = 0; i < 4; i++) {                                                      \
                result[i][j] = fma(left[i].x, right.x, result[i][j]);                                      \
                result[i][j] = fma(left[i].y, right.y, result[i][j]);                                      \
                result[i][j] = fma(left[i].z, right.z, result[i][j]);                                      \
                result[i][j] = fma(left[i].w, right.w, result[i][j]);                                      \
            }                                                                                              \
        }                                                                                                  \
    }

// sums[i][j] += sum over the tile's columns of weight[column][row i] * tile[column][owned vec4 j]
#define ADD_WEIGHTED(sums, weight, tile)                                                                   \
    for (uint column = 0; column < STEPS(TILE_COLUMNS); column++) {                                        \
        const vec4 factors = weight[column * ROW_GROUPS + group_of_rows()];                                \
        [[unroll]] for (uint j = 0; j < OWNED; j++) {                                                      \
            const vec4 values = tile[column * PITCH + owned_vector(j)];                                    \
            [[unroll]] for (uint i = 0; i < 4; i++) {                                                      \
                sums[i][j] = fma(vec4(factors[i]), values, sums[i][j]);                                    \
            }                                                                                              \
        }                                                                                                  \
    }

#define CLEAR(sums)                                                                                        \
    [[unroll]] for (uint i = 0; i < 4; i++) {                                                              \
        [[unroll]] for (uint j = 0; j < OWNED; j++) {                                                      \
            sums[i][j] = vec4(0.0);                                                                        \
        }                                                                                                  \
    }

// Stores the invocation's rows of a result, each times its factor.
#define STORE_ROWS(target, first, stride, row0, sums, factors)                                             \
    [[unroll]] for (uint i = 0; i < 4; i++) {                                                              \
        const uint token = (row0) + group_of_rows() * 4 + i;                                               \
        [[unroll]] for (uint j = 0; j < OWNED; j++) {                                                      \
            const uint at = j * THREADS_X + thread_x();                                                    \
            if (token < tokens && at < VECTORS) {                                                          \
                STORE_FOUR(target, STORAGE_OF_##target, (first) + token * (stride) + at * 4, (sums[i][j] * factors[i]))                   \
            }                                                                                              \
        }                                                                                                  \
    }
