// Merges neighbouring sorted runs of (key, position) pairs into runs of twice the length; equal keys keep their order.
//
//   place(e) = place in its own run + number of pairs of the other run that come before e
//
// One invocation per pair, which finds its place in the neighbouring run by binary search.
//
// source, merged: [n, 2], key and position
#version 460
#extension GL_GOOGLE_include_directive : require

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup

layout(push_constant) uniform Push {
    uint index_count; // n
    uint run; // pairs of a sorted run
};

layout(binding = 0) restrict readonly buffer Source { int source[]; };
layout(binding = 1) restrict writeonly buffer Merged { int merged[]; };

#include "common/indexing.glsl"

// How many pairs of [low, high) come before a pair with this key; one of the left run stays before equals, one of the right run behind them.
uint count_before(uint low, uint high, int key, bool is_right) {
    uint start = low;
    while (low < high) {
        uint middle = (low + high) / 2;
        int other = source[2 * middle];
        if (other < key || (is_right && other == key)) low = middle + 1;
        else high = middle;
    }
    return low - start;
}

void main() {
    uint index = linear_index();
    if (index >= index_count) return;
    uint own_start = index - index % run;
    uint pair_start = index - index % (2 * run);
    bool is_right = own_start != pair_start;
    uint other_start = min(is_right ? pair_start : pair_start + run, index_count);
    uint other_end = min(other_start + run, index_count);
    int key = source[2 * index];
    uint place = pair_start + (index - own_start) + count_before(other_start, other_end, key, is_right);
    merged[2 * place] = key;
    merged[2 * place + 1] = source[2 * index + 1];
}
