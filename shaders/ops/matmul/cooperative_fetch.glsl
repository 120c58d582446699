// Fetches the tiles of cooperative_tile.glsl, or of half_tile.glsl where there is a THREAD_TILE, from the operands of a matrix multiply, and multiplies
// them over the inner dimension.
//
// The includer names LAYOUT, PRODUCT or THREAD_TILE, the operands a and b in any storage, their sizes m, n, k and row strides, and a Slice.
// FOURS_A, FOURS_B: strides and offsets are multiples of 4 and the buffer holds whole fours; true where the storage is 16-bit.

#if LAYOUT == tn
#define A_BY_COLUMNS
#endif
#if LAYOUT == nt
#define B_BY_COLUMNS
#endif
#ifdef THREAD_TILE
#include "ops/matmul/half_tile.glsl"
#else
#include "ops/matmul/cooperative_tile.glsl"
#endif

layout(constant_id = 13) const bool FOURS_A = false;  // a is read by fours
layout(constant_id = 14) const bool FOURS_B = false;  // b is read by fours
layout(constant_id = 16) const uint STORAGE_A = 0;  // 0 fp32, 1 fp16, 2 bf16
layout(constant_id = 17) const uint STORAGE_B = 0;  // 0 fp32, 1 fp16, 2 bf16

// Four neighbours of a row of the source; what lies outside becomes 0. `across` counts rows of the source, `along` its columns.
#define FETCH(target, fetches, x, fours, storage, first, row_stride, across_limit, along_count, along_limit)               \
    [[unroll]] for (uint f = 0; f < fetches; f++) {                                                                        \
        const uint place = place_of(f);                                                                                    \
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

void fetch_tiles(Slice slice, uint row0, uint column0, uint p) {
    const uint k_left = slice.k_end - p;
#if LAYOUT == tn
    FETCH(next_a, FETCHES_A, a, FOURS_A, STORAGE_A, slice.a + p * row_stride_a + row0, row_stride_a, k_left, ALONG_A, (m - row0))
#else
    FETCH(next_a, FETCHES_A, a, FOURS_A, STORAGE_A, slice.a + row0 * row_stride_a + p, row_stride_a, (m - row0), ALONG_A, k_left)
#endif
#if LAYOUT == nt
    FETCH(next_b, FETCHES_B, b, FOURS_B, STORAGE_B, slice.b + column0 * row_stride_b + p, row_stride_b, (n - column0), ALONG_B, k_left)
#else
    FETCH(next_b, FETCHES_B, b, FOURS_B, STORAGE_B, slice.b + p * row_stride_b + column0, row_stride_b, k_left, ALONG_B, (n - column0))
#endif
}

// Clears the sums and multiplies over the slice's part of the inner dimension.
void multiply_slice(Slice slice, uint row0, uint column0) {
    clear_sums();
    fetch_tiles(slice, row0, column0, slice.k_begin);
    put_tiles(0, STORAGE_A, STORAGE_B);
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
            put_tiles(stage, STORAGE_A, STORAGE_B);
        }
        barrier();  // the next stage is complete and nobody reads the one before
    }
}
