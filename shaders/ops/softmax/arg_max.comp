// Position of the largest value along one axis; the first where several are equal.
//
//   y = min { i : x[i] = max(x) }
//
// One invocation or one workgroup a row (FORM), one pass over it.
//
// x: [outer, row_length, inner]; a row's elements lie inner apart, row_count = outer * inner   y: [row_count]
#version 460
#extension GL_GOOGLE_include_directive : require
#pragma cim variants(FORM = invocation, group)

layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // Rows per workgroup, or invocations per row.
layout(local_size_x_id = 0) in;

layout(push_constant) uniform Push {
    uint row_count;
    uint row_length;
    uint inner; // Distance between neighbours of a row.
};

layout(binding = 0) restrict readonly buffer X { float x[]; };
layout(binding = 1) restrict writeonly buffer Y { int y[]; };

#include "common/rows.glsl"

void main() {
    uint row = row_index();
    if (row >= row_count) return;
    uint first = row_start(row, row_length, inner);
    // A lane that has met no value yet must lose against every real one, also against -infinity: its index is the largest.
    float best = uintBitsToFloat(0xFF800000u);
    uint best_index = row_lane() < row_length ? row_lane() : 0xFFFFFFFFu;
    for (uint i = row_lane(); i < row_length; i += row_lanes()) {
        float value = x[first + i * inner];
        bool wins = value > best;
        best = wins ? value : best;
        best_index = wins ? i : best_index;
    }
    best_index = row_arg_max(best, best_index);
    if (row_lane() == 0) y[row] = int(best_index);
}
