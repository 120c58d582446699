// main() of the arg-max products with tiles in fp32: walks the tiles of a stretch of rows, keeps every column's best value of the invocation's rows and writes it as a piece.
//
// The includer names the sums of tile_product.glsl, multiply_slice, and what arg_max_interface.glsl shares.

void main() {
    const Slice slice = slice_of_workgroup();
    const uint column0 = gl_WorkGroupID.y * TILE_N;
    float best[THREAD_TILE];
    uint best_row[THREAD_TILE];
    [[unroll]] for (uint j = 0; j < THREAD_TILE; j++) {
        best[j] = MINUS_INFINITY;
        best_row[j] = 0;
    }
    for (uint row0 = first_row_of_stretch(); row0 < end_row_of_stretch(); row0 += TILE_M) {
        multiply_slice(slice, row0, column0);
        [[unroll]] for (uint i = 0; i < THREAD_TILE; i++) {
            const uint row = row0 + place_row(i);
            if (row < m) {
                [[unroll]] for (uint j = 0; j < THREAD_TILE; j++) {
                    KEEP_BEST(best[j], best_row[j], biased(sums[i][j], row), row)
                }
            }
        }
    }
    [[unroll]] for (uint j = 0; j < THREAD_TILE; j++) {
        write_piece(place_row(0) / 4, TILE_M / THREAD_TILE, column0 + place_column(j), best[j], best_row[j]);
    }
}
