// Draws one class a row from softmax(logits / temperature), by the largest of logits / temperature plus Gumbel noise.
//
//   y = argmax over i of logits[i] / temperature + gumbel[i]
//
// One invocation or one workgroup a row (FORM), one pass over it in steps of four classes; the noise is never written:
// word i % 4 of Philox(key = seed, counter = (row, i / 4, step, stream)) makes the noise of class i.
//
// step_scalars: [64] (seed low, seed high, step, ...)   logits: [row_count, row_length]   y: [row_count]
#version 460
#extension GL_GOOGLE_include_directive : require
#pragma cim variants(FORM = invocation, group)

layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // Rows per workgroup, or invocations per row.
layout(local_size_x_id = 0) in;

layout(push_constant) uniform Push {
    uint row_count;
    uint row_length;       // Classes.
    uint stream;           // Tells this draw from the graph's others.
    uint temperature_slot; // Step scalar that holds the temperature as a float; 0 for temperature 1.
};

layout(binding = 0) restrict readonly buffer StepScalars { uint step_scalars[]; };
layout(binding = 1) restrict readonly buffer Logits { float logits[]; };
layout(binding = 2) restrict writeonly buffer Y { int y[]; };

#include "common/rows.glsl"
#include "common/philox.glsl"

void main() {
    uint row = row_index();
    if (row >= row_count) return;
    uint first = row * row_length;
    uvec2 key = uvec2(step_scalars[0], step_scalars[1]);
    uint step_number = step_scalars[2];
    float sharpness = temperature_slot == 0 ? 1.0 : 1.0 / uintBitsToFloat(step_scalars[temperature_slot]);
    float best = uintBitsToFloat(0xFF800000u);
    uint best_index = 4 * row_lane() < row_length ? 4 * row_lane() : 0xFFFFFFFFu;
    for (uint quad = row_lane(); quad * 4 < row_length; quad += row_lanes()) {
        vec4 unit = philox_unit(philox(key, uvec4(row, quad, step_number, stream)));
        uint left = min(row_length - quad * 4, 4);
        for (uint i = 0; i < left; i++) {
            float score = logits[first + quad * 4 + i] * sharpness + gumbel(unit[i]);
            bool wins = score > best;
            best = wins ? score : best;
            best_index = wins ? quad * 4 + i : best_index;
        }
    }
    best_index = row_arg_max(best, best_index);
    if (row_lane() == 0) y[row] = int(best_index);
}
