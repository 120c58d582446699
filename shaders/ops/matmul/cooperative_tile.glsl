// Tiles in shared memory and their product on matrix units, the heart of every matrix multiply and convolution in 16 bits.
//
//   sums[i][j] += sum_p tile_a[row i][p] * tile_b[p][column j]
//
// The workgroup's subgroups form a grid over the tile, SUBGROUPS_N side by side, and hold their parts as cooperative matrices of
// MATRIX_M x MATRIX_N, a shape that the device names. There are two stages: while one is multiplied the next is on its way through
// registers. The includer says how its tiles lie, so that they are filled along memory and nothing is transposed on the way:
// A_BY_COLUMNS: tile_a is [k][m] instead of [m][k]; B_BY_COLUMNS: tile_b is [n][k] instead of [k][n].
//
// It needs the subgroup size SUBGROUP_SIZE, required and full. LOCAL_SIZE_X = subgroups * SUBGROUP_SIZE; TILE_M and TILE_N divide into
// whole matrices for every subgroup, TILE_K into whole MATRIX_K, and a stage of either tile into whole fours for every invocation.
// Shared memory: 4 * (across * (along + 8)) bytes for each of a and b, and 4 * MATRIX_M * MATRIX_N bytes for every subgroup.
// Summation order along k is the device's within a MATRIX_K and ascending beyond.

layout(constant_id = 4) const uint TILE_M = 64;  // rows of a workgroup's tile
layout(constant_id = 5) const uint TILE_N = 64;  // columns of a workgroup's tile
layout(constant_id = 6) const uint TILE_K = 32;  // inner length of a tile in shared memory
layout(constant_id = 20) const uint MATRIX_M = 16;  // rows of a cooperative matrix
layout(constant_id = 21) const uint MATRIX_N = 16;  // its columns
layout(constant_id = 22) const uint MATRIX_K = 16;  // its inner length
layout(constant_id = 23) const uint SUBGROUP_SIZE = 32;  // lanes that hold a matrix together
layout(constant_id = 24) const uint SUBGROUPS_N = 2;  // subgroups side by side along n

#ifdef A_BY_COLUMNS
#define ACROSS_A TILE_K
#define ALONG_A TILE_M
#define ORDER_A gl_CooperativeMatrixLayoutColumnMajor
#else
#define ACROSS_A TILE_M
#define ALONG_A TILE_K
#define ORDER_A gl_CooperativeMatrixLayoutRowMajor
#endif
#ifdef B_BY_COLUMNS
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
const uint FETCHES_A = TILE_M * TILE_K / 4 / LOCAL_SIZE_X;  // fours of a stage for an invocation
const uint FETCHES_B = TILE_N * TILE_K / 4 / LOCAL_SIZE_X;

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

// Element of a tile at which the invocation's fetch f begins, counted along the tile's rows as they lie.
uint place_of(uint f) {
    return (f * LOCAL_SIZE_X + gl_LocalInvocationIndex) * 4;
}

// Puts what was fetched into a stage of a tile.
#define PUT(tile, source, fetches, storage, across_count, along_count, pitch)                                              \
    [[unroll]] for (uint f = 0; f < fetches; f++) {                                                                        \
        const uint place = place_of(f);                                                                                    \
        tile[stage * across_count * pitch + place / along_count * pitch + place % along_count / 4] =                       \
            product_four(storage, source[f]);                                                                              \
    }

void put_tiles(uint stage, uint storage_a, uint storage_b) {
    PUT(tile_a, next_a, FETCHES_A, storage_a, ACROSS_A, ALONG_A, PITCH_A)
    PUT(tile_b, next_b, FETCHES_B, storage_b, ACROSS_B, ALONG_B, PITCH_B)
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
#ifdef A_BY_COLUMNS
            coopMatLoad(left[i], tile_a, stage * STAGE_A + p * PITCH_A + row / 4, PITCH_A, ORDER_A);
#else
            coopMatLoad(left[i], tile_a, stage * STAGE_A + row * PITCH_A + p / 4, PITCH_A, ORDER_A);
#endif
        }
        [[unroll]] for (uint j = 0; j < COLUMNS; j++) {
            const uint column = first_column() + j * MATRIX_N;
#ifdef B_BY_COLUMNS
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

// Walks all matrices of the subgroup and hands their elements on by fours: store_four(values, row, column) with places within the tile,
// four neighbours of a row.
#define STORE_SUMS(store_four)                                                                                             \
    [[unroll]] for (uint i = 0; i < ROWS; i++) {                                                                           \
        [[unroll]] for (uint j = 0; j < COLUMNS; j++) {                                                                    \
            subgroupBarrier(); /* nobody of the subgroup reads the matrix before any more */                               \
            coopMatStore(sums[i * COLUMNS + j], finished, gl_SubgroupID * MATRIX_ELEMENTS, MATRIX_N,                       \
                gl_CooperativeMatrixLayoutRowMajor);                                                                       \
            subgroupBarrier(); /* the matrix is complete */                                                                \
            for (uint e = gl_SubgroupInvocationID * 4; e < MATRIX_ELEMENTS; e += SUBGROUP_SIZE * 4) {                      \
                const uint at = gl_SubgroupID * MATRIX_ELEMENTS + e;                                                       \
                store_four(vec4(finished[at], finished[at + 1], finished[at + 2], finished[at + 3]),                       \
                    first_row() + i * MATRIX_M + e / MATRIX_N, first_column() + j * MATRIX_N + e % MATRIX_N);              \
            }                                                                                                              \
        }                                                                                                                  \
    }
