// Fused attention on matrix units: what its kernels share. Products are of 16 bits, their sums fp32.
//
//   scores[q, k] = scale * dot(query[q], key[k]) + bias[h, q, k]      p = softmax over k      out[q] = sum_k p[q, k] * value[k]
//
// A workgroup owns TILE_ROWS tokens of one head of one image (queries, or keys where their gradients are formed) and walks the others
// in tiles of TILE_COLUMNS. Its subgroups form a grid, SUBGROUPS_N side by side: each holds its rows' part of the scores (columns are
// tokens of the tile) and of the result (columns are of the head) as cooperative matrices of MATRIX_M x MATRIX_N. Scores become an
// operand of the next product by way of shared memory, for only there are the places of a matrix' elements known.
//
// It needs the subgroup size SUBGROUP_SIZE, required and full. LOCAL_SIZE_X = subgroups * SUBGROUP_SIZE. Every subgroup has whole
// matrices: TILE_ROWS by MATRIX_M, TILE_COLUMNS and PADDED_DIM by SUBGROUPS_N * MATRIX_N; both are multiples of MATRIX_K too.
// Columns are walked in ascending order; within a MATRIX_K the order is the device's.
#extension GL_KHR_shader_subgroup_shuffle : require

layout(constant_id = 0) const uint LOCAL_SIZE_X = 128;  // subgroups * SUBGROUP_SIZE
layout(local_size_x_id = 0) in;
layout(constant_id = 1) const uint HEAD_DIM = 64;       // a multiple of 4
layout(constant_id = 2) const uint TILE_ROWS = 64;      // tokens of a workgroup
layout(constant_id = 3) const uint TILE_COLUMNS = 32;   // tokens of a step
layout(constant_id = 4) const uint SUBGROUPS_N = 1;     // subgroups side by side
layout(constant_id = 5) const bool HAS_BIAS = false;    // bias [heads, tokens, tokens] is added to the scores
layout(constant_id = 6) const uint PADDED_DIM = 64;     // HEAD_DIM and zeros up to whole matrices
layout(constant_id = 20) const uint MATRIX_M = 16;      // rows of a cooperative matrix
layout(constant_id = 21) const uint MATRIX_N = 16;      // its columns
layout(constant_id = 22) const uint MATRIX_K = 16;      // its inner length
layout(constant_id = 23) const uint SUBGROUP_SIZE = 32; // lanes that hold a matrix together

#include "ops/attention/attention_parameters.glsl"

const uint VECTORS = PADDED_DIM / 4;
const uint PITCH = VECTORS + 2;  // in fours; the padding spreads rows over the banks and keeps matrices aligned to 16 bytes
const uint COLUMN_FOURS = TILE_COLUMNS / 4;
const uint WEIGHT_PITCH = COLUMN_FOURS + 2;
const uint MATRIX_FOURS = MATRIX_M * MATRIX_N / 4;
const uint MATRIX_PITCH = MATRIX_N / 4;

const uint SUBGROUPS = LOCAL_SIZE_X / SUBGROUP_SIZE;
const uint SUBGROUP_ROWS = TILE_ROWS * SUBGROUPS_N / SUBGROUPS;
const uint ROWS = SUBGROUP_ROWS / MATRIX_M;                             // matrices of a subgroup below each other
const uint SCORE_MATRICES = TILE_COLUMNS / SUBGROUPS_N / MATRIX_N;      // matrices of scores side by side
const uint RESULT_MATRICES = PADDED_DIM / SUBGROUPS_N / MATRIX_N;       // matrices of the result side by side

#define SUMS coopmat<float, gl_ScopeSubgroup, MATRIX_M, MATRIX_N, gl_MatrixUseAccumulator>
#define LEFT coopmat<PRODUCT, gl_ScopeSubgroup, MATRIX_M, MATRIX_K, gl_MatrixUseA>
#define RIGHT coopmat<PRODUCT, gl_ScopeSubgroup, MATRIX_K, MATRIX_N, gl_MatrixUseB>
#define BY_ROWS gl_CooperativeMatrixLayoutRowMajor
#define BY_COLUMNS gl_CooperativeMatrixLayoutColumnMajor

shared vec4 staging[SUBGROUPS * MATRIX_FOURS];  // one matrix of every subgroup, on its way to where places matter

uint first_row() {
    return gl_SubgroupID / SUBGROUPS_N * SUBGROUP_ROWS;
}

uint first_score_column() {
    return gl_SubgroupID % SUBGROUPS_N * (TILE_COLUMNS / SUBGROUPS_N);
}

uint first_result_column() {
    return gl_SubgroupID % SUBGROUPS_N * (PADDED_DIM / SUBGROUPS_N);
}

// Subgroups whose rows all lie beyond the last token multiply nothing. They take part in every barrier, those of the subgroup too: a
// driver may make barriers of the workgroup of them.
bool has_rows() {
    return gl_WorkGroupID.x * TILE_ROWS + first_row() < tokens;
}

// Waits for all that work on the same rows.
void meet_in_rows() {
    if (SUBGROUPS_N == 1) {
        subgroupBarrier();
    } else {
        barrier();
    }
}

// Copies `count` tokens from `token0` on into a tile; tokens beyond the last and columns beyond the head become 0.
#define LOAD_TILE(tile, source, first, stride, token0, count)                                                              \
    for (uint i = gl_LocalInvocationIndex; i < (count) * VECTORS; i += LOCAL_SIZE_X) {                                     \
        const uint token = (token0) + i / VECTORS;                                                                         \
        const bool inside = token < tokens && i % VECTORS < HEAD_DIM / 4;                                                  \
        tile[i / VECTORS * PITCH + i % VECTORS] =                                                                          \
            PRODUCT_FOUR(inside ? LOAD_FOUR(source, STORAGE_OF_##source, (first) + token * (stride) + i % VECTORS * 4) : vec4(0.0));                     \
    }

#define CLEAR(sums, count)                                                                                                 \
    [[unroll]] for (uint i = 0; i < count; i++) {                                                                          \
        sums[i] = SUMS(0.0);                                                                                               \
    }

// scores[i][j] = the subgroup's rows of one tile times its tokens of another
#define MULTIPLY_TOKENS(scores, rows_tile, columns_tile)                                                                   \
    CLEAR(scores, ROWS * SCORE_MATRICES)                                                                                   \
    if (has_rows()) {                                                                                                      \
        [[unroll]] for (uint p = 0; p < PADDED_DIM; p += MATRIX_K) {                                                       \
            LEFT left[ROWS];                                                                                               \
            [[unroll]] for (uint i = 0; i < ROWS; i++) {                                                                   \
                coopMatLoad(left[i], rows_tile, (first_row() + i * MATRIX_M) * PITCH + p / 4, PITCH, BY_ROWS);             \
            }                                                                                                              \
            [[unroll]] for (uint j = 0; j < SCORE_MATRICES; j++) {                                                         \
                RIGHT right;                                                                                               \
                coopMatLoad(right, columns_tile, (first_score_column() + j * MATRIX_N) * PITCH + p / 4, PITCH, BY_COLUMNS);\
                [[unroll]] for (uint i = 0; i < ROWS; i++) {                                                               \
                    scores[i * SCORE_MATRICES + j] = coopMatMulAdd(left[i], right, scores[i * SCORE_MATRICES + j]);        \
                }                                                                                                          \
            }                                                                                                              \
        }                                                                                                                  \
    }

// sums[i][j] += the subgroup's rows of weights [row][token] times its columns of a tile
#define ADD_WEIGHTED(sums, weights, tile)                                                                                  \
    if (has_rows()) {                                                                                                      \
        [[unroll]] for (uint p = 0; p < TILE_COLUMNS; p += MATRIX_K) {                                                     \
            LEFT left[ROWS];                                                                                               \
            [[unroll]] for (uint i = 0; i < ROWS; i++) {                                                                   \
                coopMatLoad(left[i], weights, (first_row() + i * MATRIX_M) * WEIGHT_PITCH + p / 4, WEIGHT_PITCH, BY_ROWS); \
            }                                                                                                              \
            [[unroll]] for (uint j = 0; j < RESULT_MATRICES; j++) {                                                        \
                RIGHT right;                                                                                               \
                coopMatLoad(right, tile, p * PITCH + (first_result_column() + j * MATRIX_N) / 4, PITCH, BY_ROWS);          \
                [[unroll]] for (uint i = 0; i < ROWS; i++) {                                                               \
                    sums[i * RESULT_MATRICES + j] = coopMatMulAdd(left[i], right, sums[i * RESULT_MATRICES + j]);          \
                }                                                                                                          \
            }                                                                                                              \
        }                                                                                                                  \
    }

// Puts a matrix into the subgroup's staging, row by row.
#define STAGE(matrix)                                                                                                      \
    subgroupBarrier(); /* nobody of the subgroup reads the matrix before any more */                                       \
    coopMatStore(matrix, staging, gl_SubgroupID * MATRIX_FOURS, MATRIX_PITCH, BY_ROWS);                                    \
    subgroupBarrier(); /* the matrix is complete */

// Stores the subgroup's part of a result, each row of the tile times factor_of(row).
#define STORE_ROWS(target, first, stride, row0, sums, factor_of)                                                           \
    [[unroll]] for (uint i = 0; i < ROWS; i++) {                                                                           \
        [[unroll]] for (uint j = 0; j < RESULT_MATRICES; j++) {                                                            \
            STAGE(sums[i * RESULT_MATRICES + j])                                                                           \
            for (uint e = gl_SubgroupInvocationID; e < MATRIX_FOURS; e += SUBGROUP_SIZE) {                                 \
                const uint row = first_row() + i * MATRIX_M + e / MATRIX_PITCH;                                            \
                const uint column = first_result_column() + j * MATRIX_N + e % MATRIX_PITCH * 4;                           \
                if ((row0) + row < tokens && column < HEAD_DIM) {                                                          \
                    STORE_FOUR(target, STORAGE_OF_##target, (first) + ((row0) + row) * (stride) + column,                       \
                        (staging[gl_SubgroupID * MATRIX_FOURS + e] * factor_of(row)))                                        \
                }                                                                                                          \
            }                                                                                                              \
        }                                                                                                                  \
    }
