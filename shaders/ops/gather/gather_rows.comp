// Looks rows of a table up: embeddings, relative-position biases.
//
//   y[n, c] = table[indices[n], c]
//
// One invocation per word of y; words are copied as bits. An index outside the table reads its nearest row.
//
// table: [rows, width]   indices: [n]   y: [n, width]
#version 460
#extension GL_GOOGLE_include_directive : require

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup

layout(push_constant) uniform Push {
    uint count; // words of y
    uint width; // words of a row
    uint rows; // rows of the table
};

layout(binding = 0) restrict readonly buffer Table { uint table[]; };
layout(binding = 1) restrict readonly buffer Indices { int indices[]; };
layout(binding = 2) restrict writeonly buffer Y { uint y[]; };

#include "common/indexing.glsl"

void main() {
    uint index = linear_index();
    if (index >= count) return;
    uint n = index / width;
    uint row = uint(clamp(indices[n], 0, int(rows) - 1));
    y[index] = table[row * width + (index - n * width)];
}
