// The gradient that reaches a product whose result is multiplied by a factor a group of rows, a scale a column, or both.
//
//   unscaled[r, c] = row_factors[r / ROWS_PER_FACTOR] * grad_y[r, c]     scaled[r, c] = scale[c] * unscaled[r, c]
//
// Without a scale only unscaled is written, without factors only scaled. An invocation takes four neighbours where FOURS says that columns is a
// multiple of four, which 16-bit results need, else one element.
//
// grad_y, unscaled, scaled: [rows, columns]   scale: [columns]   row_factors: [rows / ROWS_PER_FACTOR]
#version 460
#extension GL_GOOGLE_include_directive : require

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup
layout(constant_id = 1) const bool HAS_SCALE = false; // scaled is written
layout(constant_id = 2) const uint ROWS_PER_FACTOR = 0; // 0 without factors
layout(constant_id = 3) const bool FOURS = false; // columns is a multiple of four
layout(constant_id = 4) const uint STORAGE_UNSCALED = 0; // 0 fp32, 1 fp16, 2 bf16
layout(constant_id = 5) const uint STORAGE_SCALED = 0; // 0 fp32, 1 fp16, 2 bf16

layout(push_constant) uniform Push {
    uint count; // elements of grad_y
    uint columns;
};

layout(binding = 0) restrict readonly buffer GradY { float grad_y[]; };
layout(binding = 0) restrict readonly buffer GradYFours { uvec4 grad_y_as_fours[]; };
layout(binding = 1) restrict readonly buffer Scale { float scale[]; };
layout(binding = 2) restrict readonly buffer RowFactors { float row_factors[]; };
layout(binding = 3) writeonly buffer Unscaled { float unscaled[]; };
layout(binding = 3) writeonly buffer UnscaledFours { uvec4 unscaled_as_fours[]; };
layout(binding = 3) writeonly buffer UnscaledPairs { uvec2 unscaled_as_pairs[]; };
layout(binding = 4) writeonly buffer Scaled { float scaled[]; };
layout(binding = 4) writeonly buffer ScaledFours { uvec4 scaled_as_fours[]; };
layout(binding = 4) writeonly buffer ScaledPairs { uvec2 scaled_as_pairs[]; };

#include "common/indexing.glsl"
#include "common/storage.glsl"

float factor_at(uint index) {
    return ROWS_PER_FACTOR == 0 ? 1.0 : row_factors[index / columns / ROWS_PER_FACTOR];
}

void scale_four(uint index) {
    if (index >= count) return;
    const vec4 values = factor_at(index) * uintBitsToFloat(grad_y_as_fours[index >> 2]);
    if (ROWS_PER_FACTOR > 0) {
        STORE_FOUR(unscaled, STORAGE_UNSCALED, index, values)
    }
    if (HAS_SCALE) {
        const uint column = index % columns;
        const vec4 scaled_values = vec4(scale[column], scale[column + 1], scale[column + 2], scale[column + 3]) * values;
        STORE_FOUR(scaled, STORAGE_SCALED, index, scaled_values)
    }
}

void scale_one(uint index) {
    if (index >= count) return;
    const float value = factor_at(index) * grad_y[index];
    if (ROWS_PER_FACTOR > 0) unscaled[index] = value;
    if (HAS_SCALE) scaled[index] = scale[index % columns] * value;
}

void main() {
    if (FOURS) scale_four(4 * linear_index());
    else scale_one(linear_index());
}
