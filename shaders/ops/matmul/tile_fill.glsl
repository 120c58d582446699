// Fills the tiles of tile_product.glsl from the operands of a matrix multiply, and multiplies them over the inner dimension.
//
// The includer names LAYOUT, WIDTH, the operands a and b, their sizes m, n, k and row strides, and a Slice.

#if WIDTH == 4
vec4 load_a(uint index) { return a[index >> 2]; }
vec4 load_b(uint index) { return b[index >> 2]; }
#else
float load_a(uint index) { return a[index]; }
float load_b(uint index) { return b[index]; }
#endif

// A tile is walked along memory: `across` counts rows of the source, `along` its neighbours. Elements outside become 0.
#define FILL_TILE(tile, pitch, load, first, row_stride, across_count, across_limit, along_count, along_limit, along_is_k)      \
    for (uint i = gl_LocalInvocationIndex * WIDTH; i < across_count * along_count; i += gl_WorkGroupSize.x * WIDTH) {           \
        const uint along = i % along_count;                                                                                     \
        const uint across = i / along_count;                                                                                    \
        VECTOR values = VECTOR(0.0);                                                                                            \
        if (across < across_limit && along < along_limit) {                                                                     \
            values = load(first + across * row_stride + along);                                                                 \
        }                                                                                                                       \
        [[unroll]] for (uint j = 0; j < WIDTH; j++) {                                                                           \
            const float value = along + j < along_limit ? COMPONENT(values, j) : 0.0;                                           \
            tile[along_is_k ? (along + j) * pitch + across : across * pitch + along + j] = value;                               \
        }                                                                                                                       \
    }
#if WIDTH == 4
#define COMPONENT(values, j) values[j]
#else
#define COMPONENT(values, j) values
#endif

void fill_tiles(Slice slice, uint row0, uint column0, uint p) {
    const uint k_left = slice.k_end - p;
#if LAYOUT == tn
    FILL_TILE(tile_a, PITCH_A, load_a, slice.a + p * row_stride_a + row0, row_stride_a, TILE_K, k_left, TILE_M, (m - row0), false)
#else
    FILL_TILE(tile_a, PITCH_A, load_a, slice.a + row0 * row_stride_a + p, row_stride_a, TILE_M, (m - row0), TILE_K, k_left, true)
#endif
#if LAYOUT == nt
    FILL_TILE(tile_b, PITCH_B, load_b, slice.b + column0 * row_stride_b + p, row_stride_b, TILE_N, (n - column0), TILE_K, k_left, true)
#else
    FILL_TILE(tile_b, PITCH_B, load_b, slice.b + p * row_stride_b + column0, row_stride_b, TILE_K, k_left, TILE_N, (n - column0), false)
#endif
}

// Clears the sums and multiplies over the slice's part of the inner dimension.
void multiply_slice(Slice slice, uint row0, uint column0) {
    clear_sums();
    for (uint p = slice.k_begin; p < slice.k_end; p += TILE_K) {
        fill_tiles(slice, row0, column0, p);
        barrier();  // the tiles are complete
        multiply_tiles();
        barrier();  // nobody reads the tiles any more
    }
}
