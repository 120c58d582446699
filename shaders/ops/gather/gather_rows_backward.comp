// Gradient of a small row look-up with respect to its table: every table element walks over all indices in order.
//
//   grad_table[r, c] = sum over n with indices[n] = r of grad_output[n, c]
//
// One invocation per element of the table. The sum runs in the order of n, so the result is the same at every run.
//
// grad_output: [n, width]   indices: [n]   grad_table: [rows, width]
#version 460
#extension GL_GOOGLE_include_directive : require

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup

layout(push_constant) uniform Push {
    uint count; // elements of the table
    uint width; // elements of a row
    uint rows; // rows of the table
    uint index_count; // n
};

layout(binding = 0) restrict readonly buffer GradOutput { float grad_output[]; };
layout(binding = 1) restrict readonly buffer Indices { int indices[]; };
layout(binding = 2) restrict writeonly buffer GradTable { float grad_table[]; };

#include "common/indexing.glsl"

void main() {
    uint index = linear_index();
    if (index >= count) return;
    int row = int(index / width);
    uint column = index - uint(row) * width;
    float sum = 0.0;
    for (uint n = 0; n < index_count; n++) {
        if (clamp(indices[n], 0, int(rows) - 1) == row) sum += grad_output[n * width + column];
    }
    grad_table[index] = sum;
}
