// Sums the middle axis of a tensor in fixed order, in chunks that lie interleaved.
//
//   y[o, c, i] = factor * (x[o, c, i] + x[o, c + chunks, i] + x[o, c + 2 * chunks, i] + ...)
//
// One invocation per element of y, so that neighbours read neighbours whether the inner axis is long or 1. Two launches, the second with one
// chunk, finish a long sum that has few results.
//
// x: [outer, length, inner]   y: [outer, chunks, inner]
#version 460
#extension GL_GOOGLE_include_directive : require

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup
layout(constant_id = 1) const uint STORAGE_X = 0; // 0 fp32, 1 fp16, 2 bf16

layout(push_constant) uniform Push {
    uint count; // elements of y
    uint length; // of the summed axis
    uint chunks; // partial sums of each result
    uint inner; // elements between neighbours of the summed axis
    float factor; // multiplies every result
};

layout(binding = 0) restrict readonly buffer X { uint x[]; };
layout(binding = 1) restrict writeonly buffer Y { float y[]; };

#include "common/indexing.glsl"
#include "common/storage.glsl"

float element(uint at) {
    return LOAD_ONE(x, STORAGE_X, at);
}

void main() {
    uint index = linear_index();
    if (index >= count) return;
    uint chunk = (index / inner) % chunks;
    uint offset = (index / (inner * chunks)) * length * inner + index % inner;
    uint stride = chunks * inner;
    uint position = offset + chunk * inner;
    // Four sums that do not wait for each other, and lose less to rounding than one.
    vec4 sums = vec4(0.0);
    uint k = chunk;
    for (; k + 3 * chunks < length; k += 4 * chunks) {
        sums += vec4(element(position), element(position + stride), element(position + 2 * stride), element(position + 3 * stride));
        position += 4 * stride;
    }
    for (; k < length; k += chunks) {
        sums.x += element(position);
        position += stride;
    }
    y[index] = factor * ((sums.x + sums.y) + (sums.z + sums.w));
}
