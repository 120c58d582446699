// Resizes the crop of each picture of a batch to a square and flips it where asked: bytes in, planes of floats in [0, 1] out.
//
//   y[p, c, oy, ox] = clamp(sum over taps j, i of wy[j] * wx[i] * pixel[row fy + j, column fx + i, c] / 255, 0, 1)
//
// One workgroup per output row of a picture: it mixes the source rows into one line in shared memory, then the columns of that line.
// bicubic: a = -0.5, support 2; lanczos: support 3. The filters are stretched where a crop shrinks, and the weights are divided by their sum.
//
// pixels: rows of R, G, B bytes, four in a word, each row from a new word on   y: [pictures, 3, size, size]
// boxes: [pictures, 4] = first word, width, height, flip; no side is longer than LONGEST_SIDE
#version 460
#extension GL_GOOGLE_include_directive : require
#pragma cim variants(FILTER = bicubic, lanczos)

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup
layout(constant_id = 1) const uint LONGEST_SIDE = 256; // pixels

layout(push_constant) uniform Push {
    uint pictures;
    uint size; // side of y
};

layout(binding = 0) restrict readonly buffer Pixels { uint pixels[]; };
layout(binding = 1) restrict readonly buffer Boxes { uvec4 boxes[]; };
layout(binding = 2) restrict writeonly buffer Y { float y[]; };

#include "common/indexing.glsl"
#include "ops/resize/filters.glsl"

shared float row_weights[LONGEST_SIDE];
shared float line[3 * LONGEST_SIDE + 3];

vec4 bytes_of(uint word) {
    return vec4(word & 255, (word >> 8) & 255, (word >> 16) & 255, word >> 24);
}

// line = the source rows around output row `row`, by their weights.
void mix_rows(uint first_word, uint row_words, Taps rows) {
    for (uint tap = gl_LocalInvocationID.x; tap < rows.count; tap += LOCAL_SIZE_X) row_weights[tap] = tap_weight(rows, tap);
    barrier();
    float sum_of_weights = 0.0;
    for (uint tap = 0; tap < rows.count; tap++) sum_of_weights += row_weights[tap];
    float scale = 1.0 / (255.0 * sum_of_weights);
    for (uint i = gl_LocalInvocationID.x; i < row_words; i += LOCAL_SIZE_X) {
        uint word = first_word + rows.first * row_words + i;
        vec4 sum = vec4(0.0);
        for (uint tap = 0; tap < rows.count; tap++, word += row_words) sum += row_weights[tap] * bytes_of(pixels[word]);
        for (uint k = 0; k < 4; k++) line[4 * i + k] = sum[k] * scale;
    }
    barrier();
}

vec3 mixed_columns(Taps columns) {
    vec3 sum = vec3(0.0);
    float sum_of_weights = 0.0;
    for (uint tap = 0; tap < columns.count; tap++) {
        float weight = tap_weight(columns, tap);
        uint at = 3 * (columns.first + tap);
        sum += weight * vec3(line[at], line[at + 1], line[at + 2]);
        sum_of_weights += weight;
    }
    return clamp(sum / sum_of_weights, 0.0, 1.0);
}

void main() {
    uint group = linear_group();
    if (group >= pictures * size) return;
    uint picture = group / size;
    uint row = group - picture * size;
    uvec4 box = boxes[picture];
    mix_rows(box.x, (3 * box.y + 3) / 4, taps_at(row, box.z, size));
    uint plane = size * size;
    uint first = 3 * picture * plane + row * size;
    for (uint x = gl_LocalInvocationID.x; x < size; x += LOCAL_SIZE_X) {
        vec3 color = mixed_columns(taps_at(x, box.y, size));
        uint at = first + (box.w != 0 ? size - 1 - x : x);
        y[at] = color.r;
        y[at + plane] = color.g;
        y[at + 2 * plane] = color.b;
    }
}
