// What the products share that keep no product: of every column only the largest value and its row.
//
//   c = a op(b) + bias,     pieces: max and arg max over rows of c, for every column
//
// The columns of b are what is classified, the rows of a are the classes. A workgroup walks a stretch of rows_per_stretch rows for its columns;
// whoever holds some of a column's rows in registers keeps their best value and writes it as a piece. arg_max_join.comp takes the best of the pieces.
// All strides count elements.

layout(constant_id = 1) const bool HAS_BIAS = false;  // bias[row] is added to every column

layout(push_constant) uniform Parameters {
    uint m;  // rows of a: classes
    uint n;  // columns of a matrix of b
    uint k;  // inner dimension
    uint row_stride_a;  // between rows of a
    uint row_stride_b;  // between rows of b as stored
    uint batch_stride_b;  // between matrices of b
    uint rows_per_stretch;  // rows of a that a workgroup walks, whole tiles
};

#include "ops/matmul/operands.glsl"

layout(binding = 2) restrict readonly buffer Bias { float bias[]; };
layout(binding = 3) restrict writeonly buffer PieceValues { float piece_values[]; };
layout(binding = 4) restrict writeonly buffer PieceRows { uint piece_rows[]; };

#define MINUS_INFINITY uintBitsToFloat(0xFF800000u)

// First element of the workgroup's matrices and the whole inner dimension.
struct Slice {
    uint a;
    uint b;
    uint k_begin;
    uint k_end;
};

Slice slice_of_workgroup() {
    return Slice(0, gl_WorkGroupID.z * batch_stride_b, 0, k);
}

uint first_row_of_stretch() {
    return gl_WorkGroupID.x * rows_per_stretch;
}

uint end_row_of_stretch() {
    return min(first_row_of_stretch() + rows_per_stretch, m);
}

float biased(float sum, uint row) {
    return HAS_BIAS ? sum + bias[row] : sum;
}

// Rows come in ascending order, so that the first of equal values stays; a NaN never wins.
#define KEEP_BEST(best, best_row, value, row)    \
    {                                            \
        const float candidate = value;           \
        const bool wins = candidate > best;      \
        best = wins ? candidate : best;          \
        best_row = wins ? (row) : best_row;      \
    }

// `piece` counts the pieces of a workgroup's column, `pieces_per_stretch` of them.
void write_piece(uint piece, uint pieces_per_stretch, uint column, float best, uint best_row) {
    if (column < n) {
        const uint columns = gl_NumWorkGroups.z * n;
        const uint at = (gl_WorkGroupID.x * pieces_per_stretch + piece) * columns + gl_WorkGroupID.z * n + column;
        piece_values[at] = best;
        piece_rows[at] = best_row;
    }
}
