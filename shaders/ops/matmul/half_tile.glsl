// Tiles in shared memory and their product in fp32, for operands that lie in memory in 16 bits where no matrix units multiply them. It stands in for
// cooperative_tile.glsl and has its names; tile_product.glsl says how the tiles are multiplied.
//
// Every operand is rounded to the type of the products on its way, as matrix units want it: weights and their 16-bit copies give the same bits.
// While a tile is multiplied the next is on its way through registers. A_BY_COLUMNS, B_BY_COLUMNS: how memory is walked, as there.
// Shared memory: 4 * TILE_K * (TILE_M + TILE_N + 8) bytes. Summation order is ascending k for every element, whatever the tile.

#include "common/storage.glsl"
#include "ops/matmul/tile_product.glsl"

layout(constant_id = 20) const uint PRODUCT_STORAGE = 1;  // type that operands are rounded to: 1 fp16, 2 bf16

#ifdef A_BY_COLUMNS
#define ALONG_A TILE_M
#define K_RUNS_ALONG_A false
#else
#define ALONG_A TILE_K
#define K_RUNS_ALONG_A true
#endif
#ifdef B_BY_COLUMNS
#define ALONG_B TILE_K
#define K_RUNS_ALONG_B true
#else
#define ALONG_B TILE_N
#define K_RUNS_ALONG_B false
#endif

const uint FETCHES_A = TILE_M * TILE_K / 4 / LOCAL_SIZE_X;  // fours of a tile for an invocation
const uint FETCHES_B = TILE_N * TILE_K / 4 / LOCAL_SIZE_X;

uvec4 next_a[FETCHES_A];  // the next tiles as they lie in memory
uvec4 next_b[FETCHES_B];

// Element of a tile at which the invocation's fetch f begins, counted along the rows of memory.
uint place_of(uint f) {
    return (f * LOCAL_SIZE_X + gl_LocalInvocationIndex) * 4;
}

vec4 rounded(uint storage, uvec4 bits) {
    if (storage == FLOAT32) {
        return unpack_four(PRODUCT_STORAGE, pack_four(PRODUCT_STORAGE, uintBitsToFloat(bits)));
    }
    return unpack_four(storage, bits.xy);
}

#define PUT(tile, pitch, source, fetches, storage, along_count, k_runs_along)                                              \
    [[unroll]] for (uint f = 0; f < fetches; f++) {                                                                        \
        const uint along = place_of(f) % along_count;                                                                      \
        const uint across = place_of(f) / along_count;                                                                     \
        const vec4 values = rounded(storage, source[f]);                                                                   \
        [[unroll]] for (uint j = 0; j < 4; j++) {                                                                          \
            tile[k_runs_along ? (along + j) * pitch + across : across * pitch + along + j] = values[j];                    \
        }                                                                                                                  \
    }

// There is one stage only: it is free when all have multiplied it.
void put_tiles(uint stage, uint storage_a, uint storage_b) {
    barrier();  // nobody reads the tiles any more
    PUT(tile_a, PITCH_A, next_a, FETCHES_A, storage_a, ALONG_A, K_RUNS_ALONG_A)
    PUT(tile_b, PITCH_B, next_b, FETCHES_B, storage_b, ALONG_B, K_RUNS_ALONG_B)
}

void multiply_tiles(uint stage) {
    multiply_tiles();
}

// Hands the invocation's elements on by fours: store_four(values, row, column) with places within the tile, four neighbours of a row.
#define STORE_SUMS(store_four)                                                                                             \
    [[unroll]] for (uint i = 0; i < THREAD_TILE; i++) {                                                                    \
        [[unroll]] for (uint j = 0; j < THREAD_TILE; j += 4) {                                                             \
            store_four(vec4(sums[i][j], sums[i][j + 1], sums[i][j + 2], sums[i][j + 3]), place_row(i), place_column(j));   \
        }                                                                                                                  \
    }
