// Moves the channel axis last and pads it with zeros to a multiple of 4: packs operands of convolutions.
//
//   y[b, p, c] = x[b, c, p] for c < channels, 0 for the padding
//
// One invocation per four channels of four positions where these can be read together, else of one. Weights w [out, in, kh, kw] for conv2d_forward_direct: batches 1, channels out,
// positions in * kh * kw; for conv2d_input_gradient_direct: batches out, channels in, positions kh * kw. Output gradients for
// conv2d_weight_gradient_direct: batches, channels out, positions out_height * out_width. Images in 16 bits for the convolutions on matrix units.
// Dispatch: x = ceil(channels / 4), so that a cache line of y is written at one time, y = at most ceil(positions / workgroup size) or a quarter, each workgroup walking
// on by y; z = batches; where batches > 65535, in several calls by offset. ALONG_CHANNELS, for positions so few that most of a workgroup would idle: an invocation
// walks all positions of its four channels; x = ceil(ceil(channels / 4) / workgroup size), y = 1.
//
// x: [batches, channels, positions]   y: [batches, positions, ceil(channels / 4)] of fours
#version 460
#extension GL_GOOGLE_include_directive : require

layout(constant_id = 0) const uint LOCAL_SIZE_X = 64;  // invocations of a workgroup
layout(local_size_x_id = 0) in;
layout(constant_id = 1) const uint STORAGE_Y = 0;  // 0 fp32, 1 fp16, 2 bf16

layout(constant_id = 2) const bool ALONG_CHANNELS = false;

layout(push_constant) uniform Parameters {
    uint channels;
    uint positions;
    uint offset_x;  // first element of x
    uint offset_y;  // first element of y, a multiple of 4
};

layout(binding = 0) restrict readonly buffer X { float x[]; };
layout(binding = 0) restrict readonly buffer XFours { vec4 x_as_fours[]; };
layout(binding = 1) restrict writeonly buffer Y { uint y[]; };
layout(binding = 1) restrict writeonly buffer YFours { uvec4 y_as_fours[]; };
layout(binding = 1) restrict writeonly buffer YPairs { uvec2 y_as_pairs[]; };

#include "common/storage.glsl"

uint place_of(uint four, uint position) {
    const uint fours = (channels + 3) >> 2;
    return offset_y + ((gl_WorkGroupID.z * positions + position) * fours + four) * 4;
}

void pack_one(uint four, uint position) {
    vec4 values = vec4(0.0);
    for (uint q = 0; q < 4; q++) {
        if (four * 4 + q < channels) {
            values[q] = x[offset_x + (gl_WorkGroupID.z * channels + four * 4 + q) * positions + position];
        }
    }
    STORE_FOUR(y, STORAGE_Y, place_of(four, position), values)
}

void pack_four(uint four, uint position) {
    mat4 values = mat4(0.0);
    for (uint q = 0; q < 4; q++) {
        if (four * 4 + q < channels) {
            values[q] = x_as_fours[(offset_x + (gl_WorkGroupID.z * channels + four * 4 + q) * positions + position) >> 2];
        }
    }
    values = transpose(values);
    for (uint q = 0; q < 4; q++) {
        STORE_FOUR(y, STORAGE_Y, place_of(four, position + q), values[q])
    }
}

void pack(uint four, uint from, uint stride) {
    const bool by_fours = ((positions | offset_x) & 3) == 0;
    const uint together = by_fours ? 4 : 1;
    for (uint position = from * together; position < positions; position += stride * together) {
        if (by_fours) {
            pack_four(four, position);
        } else {
            pack_one(four, position);
        }
    }
}

void main() {
    if (ALONG_CHANNELS) {
        const uint four = gl_WorkGroupID.x * gl_WorkGroupSize.x + gl_LocalInvocationID.x;
        if (four * 4 < channels) {
            pack(four, 0, 1);
        }
    } else {
        pack(gl_WorkGroupID.x, gl_WorkGroupID.y * gl_WorkGroupSize.x + gl_LocalInvocationID.x, gl_NumWorkGroups.y * gl_WorkGroupSize.x);
    }
}
