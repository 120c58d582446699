// The inner product of two tiles in shared memory, the heart of every tiled matrix multiply and convolution.
//
//   sums[i][j] += sum_p tile_a[p][row i] * tile_b[p][column j]
//
// The includer names LOCAL_SIZE_X = (TILE_M / THREAD_TILE) * (TILE_N / THREAD_TILE) invocations, which form a grid over the tile.
// An invocation owns THREAD_TILE x THREAD_TILE elements as blocks of 4 x 4 that lie 4 * (tile / THREAD_TILE) apart, so that
// neighbours read neighbouring vec4s of shared memory.

layout(constant_id = 4) const uint TILE_M = 64;  // rows of a workgroup's tile
layout(constant_id = 5) const uint TILE_N = 64;  // columns of a workgroup's tile
layout(constant_id = 6) const uint TILE_K = 16;  // inner length of the tiles in shared memory

#define PITCH_A (TILE_M + 4)  // the padding spreads columns over the banks and keeps rows aligned to 16 bytes
#define PITCH_B (TILE_N + 4)

shared float tile_a[TILE_K * PITCH_A];  // [k][m]
shared float tile_b[TILE_K * PITCH_B];  // [k][n]

float sums[THREAD_TILE][THREAD_TILE];

// Place within the tile of the i-th row (or column) of the invocation at position `thread` along that axis.
uint place(uint thread, uint i, uint tile) {
    return (i / 4) * (tile / THREAD_TILE * 4) + thread * 4 + i % 4;
}

uint place_row(uint i) {
    return place(gl_LocalInvocationIndex / (TILE_N / THREAD_TILE), i, TILE_M);
}

uint place_column(uint j) {
    return place(gl_LocalInvocationIndex % (TILE_N / THREAD_TILE), j, TILE_N);
}

void clear_sums() {
    [[unroll]] for (uint i = 0; i < THREAD_TILE; i++) {
        [[unroll]] for (uint j = 0; j < THREAD_TILE; j++) {
            sums[i][j] = 0.0;
        }
    }
}

void multiply_tiles() {
    for (uint p = 0; p < TILE_K; p++) {
        float left[THREAD_TILE];
        float right[THREAD_TILE];
        [[unroll]] for (uint i = 0; i < THREAD_TILE; i++) {
            left[i] = tile_a[p * PITCH_A + place_row(i)];
            right[i] = tile_b[p * PITCH_B + place_column(i)];
        }
        [[unroll]] for (uint i = 0; i < THREAD_TILE; i++) {
            [[unroll]] for (uint j = 0; j < THREAD_TILE; j++) {
                sums[i][j] = fma(left[i], right[j], sums[i][j]);
            }
        }
    }
}
