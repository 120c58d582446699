// Matrix multiply on a device's matrix units: 16-bit products, fp32 sums.
//
//   c = activation(alpha * op(a) op(b) + bias) + residual
//   nn: a [m, k], b [k, n]     nt: a [m, k], b [n, k]     tn: a [k, m], b [k, n]     c, residual: [m, n]     bias: [n], or [m] with BIAS_PER_ROW
//
// A workgroup owns TILE_M x TILE_N elements of c. Its subgroups form a grid over the tile, SUBGROUPS_N side by side, and hold their
// parts as cooperative matrices of MATRIX_M x MATRIX_N, a shape that the device names. While the matrix units work on one tile in
// shared memory, the next one is on its way through registers, where it becomes PRODUCT, whatever the storage of a and b.
// Tiles lie in shared memory as in the buffers and are read across where a layout wants that, so nothing is transposed on the way.
//
// Dispatch: x = ceil(m / TILE_M), y = ceil(n / TILE_N), z = batches * split_count.
// Needs the subgroup size SUBGROUP_SIZE, required and full. LOCAL_SIZE_X = subgroups * SUBGROUP_SIZE; TILE_M and TILE_N divide into
// whole matrices for every subgroup, TILE_K into whole MATRIX_K, and either tile of a stage into whole fours for every invocation.
// Shared memory: 4 * (across * (along + 8)) bytes for each of a and b, with 4 * MATRIX_M * MATRIX_N bytes for every subgroup.
//
// FOURS_A, FOURS_B, FOURS_C: strides and offsets are multiples of 4 and the buffer holds whole fours; true where the storage is 16-bit.
// Summation order along k is the device's within a MATRIX_K and ascending beyond.
#version 460
#pragma cim variants(LAYOUT = nn, nt, tn)
#pragma cim variants(PRODUCT = float16_t, bfloat16_t)
#pragma cim no_optimize
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_memory_scope_semantics : require
#extension GL_KHR_cooperative_matrix : require
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require
#include "ops/matmul/product_type.glsl"

layout(constant_id = 0) const uint LOCAL_SIZE_X = 128;  // subgroups * SUBGROUP_SIZE
layout(local_size_x_id = 0) in;

#define STORED
#include "ops/matmul/matmul_interface.glsl"

layout(constant_id = 4) const uint TILE_M = 64;  // rows of a workgroup's tile
layout(constant_id = 5) const uint TILE_N = 64;  // columns of a workgroup's tile
layout(constant_id = 6) const uint TILE_K = 32;  // inner length of a tile in shared memory
layout(constant_id = 8) const uint MATRIX_M = 16;  // rows of a cooperative matrix
layout(constant_id = 9) const uint MATRIX_N = 16;  // its columns
layout(constant_id = 10) const uint MATRIX_K = 16;  // its inner length
layout(constant_id = 11) const uint SUBGROUP_SIZE = 32;  // lanes that hold a matrix together
layout(constant_id = 12) const uint SUBGROUPS_N = 2;  // subgroups side by side along n
layout(constant_id = 13) const bool FOURS_A = false;  // a is read by fours
layout(constant_id = 14) const bool FOURS_B = false;  // b is read by fours
layout(constant_id = 15) const bool FOURS_C = false;  // c is written, and the residual read, by fours
layout(constant_id = 16) const uint STORAGE_A = 0;  // 0 fp32, 1 fp16, 2 bf16
layout(constant_id = 17) const uint STORAGE_B = 0;  // 0 fp32, 1 fp16, 2 bf16
layout(constant_id = 18) const uint STORAGE_C = 0;  // 0 fp32, 1 fp16, 2 bf16
layout(constant_id = 19) const uint STORAGE_RESIDUAL = 0;  // 0 fp32, 1 fp16, 2 bf16

#if LAYOUT == tn
#define ACROSS_A TILE_K
#define ALONG_A TILE_M
#define ORDER_A gl_CooperativeMatrixLayoutColumnMajor
#else
#define ACROSS_A TILE_M
#define ALONG_A TILE_K
#define ORDER_A gl_CooperativeMatrixLayoutRowMajor
#endif
#if LAYOUT == nt
#define ACROSS_B TILE_N
#define ALONG_B TILE_K
#define ORDER_B gl_CooperativeMatrixLayoutColumnMajor
#else
#define ACROSS_B TILE_K
#define ALONG_B TILE_N
#define ORDER_B gl_CooperativeMatrixLayoutRowMajor
#endif

// In fours; the padding spreads rows over the banks and keeps matrices aligned to 16 bytes.
const uint PITCH_A = ALONG_A / 4 + 2;
const uint PITCH_B = ALONG_B / 4 + 2;
const uint STAGE_A = ACROSS_A * PITCH_A;
const uint STAGE_B = ACROSS_B * PITCH_B;
const uint FETCHES_A = ACROSS_A * ALONG_A / 4 / LOCAL_SIZE_X;  // fours of a stage for an invocation
const uint FETCHES_B = ACROSS_B * ALONG_B / 4 / LOCAL_SIZE_X;

const uint SUBGROUPS = LOCAL_SIZE_X / SUBGROUP_SIZE;
const uint SUBGROUP_M = TILE_M / (SUBGROUPS / SUBGROUPS_N);  // rows of a subgroup
const uint SUBGROUP_N = TILE_N / SUBGROUPS_N;                // columns of a subgroup
const uint ROWS = SUBGROUP_M / MATRIX_M;
const uint COLUMNS = SUBGROUP_N / MATRIX_N;
const uint MATRIX_ELEMENTS = MATRIX_M * MATRIX_N;

shared PRODUCT_FOUR tile_a[2 * STAGE_A];
shared PRODUCT_FOUR tile_b[2 * STAGE_B];
shared float finished[SUBGROUPS * MATRIX_ELEMENTS];  // one matrix of every subgroup, on its way to the epilogue

uvec4 next_a[FETCHES_A];  // the next stage as it lies in memory
uvec4 next_b[FETCHES_B];
coopmat<float, gl_ScopeSubgroup, MATRIX_M, MATRIX_N, gl_MatrixUseAccumulator> sums[ROWS * COLUMNS];

uint first_row() {
    return gl_SubgroupID / SUBGROUPS_N * SUBGROUP_M;
}

uint first_column() {
    return gl_SubgroupID % SUBGROUPS_N * SUBGROUP_N;
}

// Four neighbours of a row of the source; what lies outside becomes 0. `across` counts rows of the source, `along` its columns.
#define FETCH(target, x, fours, storage, first, row_stride, across_count, across_limit, along_count, along_limit)          \
    [[unroll]] for (uint f = 0; f < across_count * along_count / 4 / LOCAL_SIZE_X; f++) {                                  \
        const uint place = (f * LOCAL_SIZE_X + gl_LocalInvocationIndex) * 4;                                               \
        const uint along = place % along_count;                                                                            \
        const uint across = place / along_count;                                                                           \
        const uint at = first + across * row_stride + along;                                                               \
        uvec4 bits = uvec4(0);                                                                                             \
        if (across < across_limit && along < along_limit) {                                                                \
            if (storage != FLOAT32) {                                                                                      \
                bits.xy = x##_as_pairs[at >> 2];                                                                           \
            } else if (fours) {                                                                                            \
                bits = x##_as_fours[at >> 2];                                                                              \
            } else {                                                                                                       \
                [[unroll]] for (uint j = 0; j < 4; j++) {                                                                  \
                    bits[j] = along + j < along_limit ? x[at + j] : 0;                                                     \
                }                                                                                                          \
            }                                                                                                              \
            if (storage == FLOAT32 && fours) {                                                                             \
                [[unroll]] for (uint j = 1; j < 4; j++) {                                                                  \
                    bits[j] = along + j < along_limit ? bits[j] : 0;                                                       \
                }                                                                                                          \
            }                                                                                                              \
        }                                                                                                                  \
        target[f] = bits;                                                                                                  \
    }

// Puts what FETCH brought into a stage of a tile.
#define PUT(tile, source, storage, across_count, along_count, pitch)                                                       \
    [[unroll]] for (uint f = 0; f < across_count * along_count / 4 / LOCAL_SIZE_X; f++) {                                  \
        const uint place = (f * LOCAL_SIZE_X + gl_LocalInvocationIndex) * 4;                                               \
        tile[stage * across_count * pitch + place / along_count * pitch + place % along_count / 4] =                       \
            product_four(storage, source[f]);                                                                              \
    }

void fetch_tiles(Slice slice, uint row0, uint column0, uint p) {
    const uint k_left = slice.k_end - p;
#if LAYOUT == tn
    FETCH(next_a, a, FOURS_A, STORAGE_A, slice.a + p * row_stride_a + row0, row_stride_a, ACROSS_A, k_left, ALONG_A, (m - row0))
#else
    FETCH(next_a, a, FOURS_A, STORAGE_A, slice.a + row0 * row_stride_a + p, row_stride_a, ACROSS_A, (m - row0), ALONG_A, k_left)
#endif
#if LAYOUT == nt
    FETCH(next_b, b, FOURS_B, STORAGE_B, slice.b + column0 * row_stride_b + p, row_stride_b, ACROSS_B, (n - column0), ALONG_B, k_left)
#else
    FETCH(next_b, b, FOURS_B, STORAGE_B, slice.b + p * row_stride_b + column0, row_stride_b, ACROSS_B, k_left, ALONG_B, (n - column0))
#endif
}

void put_tiles(uint stage) {
    PUT(tile_a, next_a, STORAGE_A, ACROSS_A, ALONG_A, PITCH_A)
    PUT(tile_b, next_b, STORAGE_B, ACROSS_B, ALONG_B, PITCH_B)
}

void clear_sums() {
    [[unroll]] for (uint i = 0; i < ROWS * COLUMNS; i++) {
        sums[i] = coopmat<float, gl_ScopeSubgroup, MATRIX_M, MATRIX_N, gl_MatrixUseAccumulator>(0.0);
    }
}

void multiply_tiles(uint stage) {
    [[unroll]] for (uint p = 0; p < TILE_K; p += MATRIX_K) {
        coopmat<PRODUCT, gl_ScopeSubgroup, MATRIX_M, MATRIX_K, gl_MatrixUseA> left[ROWS];
        coopmat<PRODUCT, gl_ScopeSubgroup, MATRIX_K, MATRIX_N, gl_MatrixUseB> right;
        [[unroll]] for (uint i = 0; i < ROWS; i++) {
            const uint row = first_row() + i * MATRIX_M;
#if LAYOUT == tn
            coopMatLoad(left[i], tile_a, stage * STAGE_A + p * PITCH_A + row / 4, PITCH_A, ORDER_A);
#else
            coopMatLoad(left[i], tile_a, stage * STAGE_A + row * PITCH_A + p / 4, PITCH_A, ORDER_A);
#endif
        }
        [[unroll]] for (uint j = 0; j < COLUMNS; j++) {
            const uint column = first_column() + j * MATRIX_N;
#if LAYOUT == nt
            coopMatLoad(right, tile_b, stage * STAGE_B + column * PITCH_B + p / 4, PITCH_B, ORDER_B);
#else
            coopMatLoad(right, tile_b, stage * STAGE_B + p * PITCH_B + column / 4, PITCH_B, ORDER_B);
#endif
            [[unroll]] for (uint i = 0; i < ROWS; i++) {
                sums[i * COLUMNS + j] = coopMatMulAdd(left[i], right, sums[i * COLUMNS + j]);
            }
        }
    }
}

// Four neighbours of c from their sums.
void finish_four(Slice slice, vec4 values, uint row, uint column) {
    const uint at = row * row_stride_c + column;
    [[unroll]] for (uint j = 0; j < 4; j++) {
        values[j] = column + j < n ? finish_product(values[j], row, column + j) : 0.0;
    }
    if (!FOURS_C) {
        [[unroll]] for (uint j = 0; j < 4; j++) {
            if (column + j < n) {
                c[slice.c + at + j] = values[j] + (HAS_RESIDUAL && split_count == 1 ? residual[slice.residual + at + j] : 0.0);
            }
        }
        return;
    }
    if (HAS_RESIDUAL && split_count == 1) {
        values += LOAD_FOUR(residual, STORAGE_RESIDUAL, slice.residual + at);
    }
    STORE_FOUR(c, STORAGE_C, slice.c + at, values)
}

void store_matrix(Slice slice, uint row0, uint column0) {
    for (uint e = gl_SubgroupInvocationID * 4; e < MATRIX_ELEMENTS; e += SUBGROUP_SIZE * 4) {
        const uint row = row0 + e / MATRIX_N;
        const uint column = column0 + e % MATRIX_N;
        if (row < m && column < n) {
            const uint at = gl_SubgroupID * MATRIX_ELEMENTS + e;
            finish_four(slice, vec4(finished[at], finished[at + 1], finished[at + 2], finished[at + 3]), row, column);
        }
    }
}

void store(Slice slice, uint row0, uint column0) {
    [[unroll]] for (uint i = 0; i < ROWS; i++) {
        [[unroll]] for (uint j = 0; j < COLUMNS; j++) {
            subgroupBarrier();  // nobody of the subgroup reads the matrix before any more
            coopMatStore(sums[i * COLUMNS + j], finished, gl_SubgroupID * MATRIX_ELEMENTS, MATRIX_N, gl_CooperativeMatrixLayoutRowMajor);
            subgroupBarrier();  // the matrix is complete
            store_matrix(slice, row0 + first_row() + i * MATRIX_M, column0 + first_column() + j * MATRIX_N);
        }
    }
}

void main() {
    const Slice slice = slice_of_workgroup();
    const uint row0 = gl_WorkGroupID.x * TILE_M;
    const uint column0 = gl_WorkGroupID.y * TILE_N;
    clear_sums();
    fetch_tiles(slice, row0, column0, slice.k_begin);
    put_tiles(0);
    barrier();  // the first stage is complete
    uint stage = 0;
    for (uint p = slice.k_begin; p < slice.k_end; p += TILE_K) {
        const bool is_last = p + TILE_K >= slice.k_end;
        if (!is_last) {
            fetch_tiles(slice, row0, column0, p + TILE_K);
        }
        multiply_tiles(stage);
        stage = 1 - stage;
        if (!is_last) {
            put_tiles(stage);
        }
        barrier();  // the next stage is complete and nobody reads the one before
    }
    store(slice, row0, column0);
}
