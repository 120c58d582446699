// Gradient of a row look-up with respect to its table, from indices sorted by row: every table element walks over its own row's uses only.
//
//   grad_table[r, c] = sum over n with indices[n] = r of grad_output[n, c]
//
// One invocation per element of the table; it finds its row's first use by binary search. The sort is stable, so the sum runs in the
// order of n and is the same at every run.
//
// grad_output: [n, width]   sorted: [n, 2], row and n   grad_table: [rows, width]
#version 460
#extension GL_GOOGLE_include_directive : require

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup

layout(push_constant) uniform Push {
    uint count; // elements of the table
    uint width; // elements of a row
    uint index_count; // n
};

layout(binding = 0) restrict readonly buffer GradOutput { float grad_output[]; };
layout(binding = 1) restrict readonly buffer Sorted { int sorted[]; };
layout(binding = 2) restrict writeonly buffer GradTable { float grad_table[]; };

#include "common/indexing.glsl"

uint first_use(int row) {
    uint low = 0;
    uint high = index_count;
    while (low < high) {
        uint middle = (low + high) / 2;
        if (sorted[2 * middle] < row) low = middle + 1;
        else high = middle;
    }
    return low;
}

void main() {
    uint index = linear_index();
    if (index >= count) return;
    int row = int(index / width);
    uint column = index - uint(row) * width;
    float sum = 0.0;
    for (uint use = first_use(row); use < index_count; use++) {
        if (sorted[2 * use] != row) break;
        sum += grad_output[uint(sorted[2 * use + 1]) * width + column];
    }
    grad_table[index] = sum;
}
