// Sorts blocks of indices by value, each with its position: the first pass of a stable merge sort.
//
//   rank(n) = number of m in n's block with key[m] < key[n], or key[m] = key[n] and m < n
//   sorted[2 * (block start + rank(n))] = key[n], sorted[... + 1] = n
//
// One invocation per index, which looks at its whole block. Keys are clamped to [0, rows).
//
// indices: [n]   sorted: [n, 2], key and position
#version 460
#extension GL_GOOGLE_include_directive : require

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup
layout(constant_id = 1) const uint BLOCK = 32; // indices of a block

layout(push_constant) uniform Push {
    uint index_count; // n
    uint rows; // rows of the table
};

layout(binding = 0) restrict readonly buffer Indices { int indices[]; };
layout(binding = 1) restrict writeonly buffer Sorted { int sorted[]; };

#include "common/indexing.glsl"

int key_at(uint n) {
    return clamp(indices[n], 0, int(rows) - 1);
}

void main() {
    uint index = linear_index();
    if (index >= index_count) return;
    uint start = index - index % BLOCK;
    uint end = min(start + BLOCK, index_count);
    int key = key_at(index);
    uint rank = 0;
    for (uint m = start; m < end; m++) {
        int other = key_at(m);
        if (other < key || (other == key && m < index)) rank++;
    }
    sorted[2 * (start + rank)] = key;
    sorted[2 * (start + rank) + 1] = int(index);
}
