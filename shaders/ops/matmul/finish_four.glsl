// The whole epilogue of four neighbours of c, in any storage.
//
// The includer names STORED, a Slice and what matmul_interface.glsl shares. FOURS_C is true where c or the residual is 16-bit.

layout(constant_id = 15) const bool FOURS_C = false;  // c is written, and the residual read, by fours
layout(constant_id = 18) const uint STORAGE_C = 0;  // 0 fp32, 1 fp16, 2 bf16
layout(constant_id = 19) const uint STORAGE_RESIDUAL = 0;  // 0 fp32, 1 fp16, 2 bf16

float biased_unless_piece(float sum, uint row, uint column) {
    return split_count > 1 ? sum : biased(sum, row, column);
}

// Four neighbours of c from their sums.
void finish_four(Slice slice, vec4 values, uint row, uint column) {
    if (row >= m || column >= n) {
        return;
    }
    const uint at = row * row_stride_c + column;
    if (!FOURS_C) {
        [[unroll]] for (uint j = 0; j < 4; j++) {
            if (column + j < n) {
                c[slice.c + at + j] = finish(values[j], row, column + j, slice.residual + at + j);
            }
        }
        return;
    }
    [[unroll]] for (uint j = 0; j < 4; j++) {
        values[j] = column + j < n ? biased_unless_piece(values[j], row, column + j) : 0.0;
    }
    if (HAS_RESIDUAL && split_count == 1) {
        const vec4 others = LOAD_FOUR(residual, STORAGE_RESIDUAL, slice.residual + at);
        [[unroll]] for (uint j = 0; j < 4; j++) {
            values[j] = joined(values[j], others[j]);
        }
    }
    if (ACTIVATION != 0) {
        [[unroll]] for (uint j = 0; j < 4; j++) {
            values[j] = split_count > 1 ? values[j] : activate(values[j]);
        }
    }
    STORE_FOUR(c, STORAGE_C, slice.c + at, values)
}
