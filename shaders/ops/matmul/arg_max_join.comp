// The row of the largest value of every column, from the pieces of a product whose largest elements were kept.
//
//   y[i] = piece_rows[p, i] where piece_values[p, i] is largest, the lowest row where several are equal
//
// One invocation a column, one pass over its pieces. A column without any value above -infinity gives 0, as arg_max.comp does.
//
// piece_values, piece_rows: [piece_count, column_count]   y: [column_count]
#version 460
#extension GL_GOOGLE_include_directive : require

layout(constant_id = 0) const uint LOCAL_SIZE_X = 64;  // invocations of a workgroup
layout(local_size_x_id = 0) in;

layout(push_constant) uniform Parameters {
    uint piece_count;  // pieces of a column
    uint column_count;  // columns of all matrices
};

layout(binding = 0) restrict readonly buffer PieceValues { float piece_values[]; };
layout(binding = 1) restrict readonly buffer PieceRows { uint piece_rows[]; };
layout(binding = 2) restrict writeonly buffer Y { int y[]; };

#include "common/indexing.glsl"

void main() {
    const uint column = linear_index();
    if (column >= column_count) {
        return;
    }
    float best = uintBitsToFloat(0xFF800000u);
    uint best_row = 0;
    for (uint piece = 0; piece < piece_count; piece++) {
        const float value = piece_values[piece * column_count + column];
        const uint row = piece_rows[piece * column_count + column];
        const bool wins = value > best || (value == best && row < best_row);
        best = wins ? value : best;
        best_row = wins ? row : best_row;
    }
    y[column] = int(best_row);
}
