// Gradient of pooling images that lie channels last.
//
//   grad_input[b, iy, ix, c] = sum over windows whose first maximum lies at (iy, ix), or scale * sum over all windows that cover it, of grad_output
//
// One invocation per four channels of an element of grad_input. For a maximum it walks every window over the element again: nothing is kept
// from forward but its input. As a sum with kernel_size = stride and scale 1 this is nearest up-sampling.
//
// x, grad_input: [batch, height, width, channels]   grad_output: [batch, out_height, out_width, channels]; channels is a multiple of 4
#version 460
#extension GL_GOOGLE_include_directive : require

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of a workgroup
layout(constant_id = 1) const bool IS_MAX = false;
layout(constant_id = 2) const uint STORAGE_X = 0; // 0 fp32, 1 fp16, 2 bf16
layout(constant_id = 3) const uint STORAGE_GRAD_OUTPUT = 0; // 0 fp32, 1 fp16, 2 bf16
layout(constant_id = 4) const uint STORAGE_GRAD_INPUT = 0; // 0 fp32, 1 fp16, 2 bf16

layout(push_constant) uniform Push {
    uint fours; // of grad_input
    uint channels; // a multiple of 4
    uint height; // of grad_input
    uint width; // of grad_input
    uint out_height; // of grad_output
    uint out_width; // of grad_output
    uint kernel_size; // side of a window
    uint stride; // distance of neighbouring windows
    uint padding; // rows and columns around grad_input
    float scale; // what sums are multiplied with
};

layout(binding = 0) restrict readonly buffer X { uint x[]; };
layout(binding = 0) restrict readonly buffer XFours { uvec4 x_as_fours[]; };
layout(binding = 0) restrict readonly buffer XPairs { uvec2 x_as_pairs[]; };
layout(binding = 1) restrict readonly buffer GradOutput { uint grad_output[]; };
layout(binding = 1) restrict readonly buffer GradOutputFours { uvec4 grad_output_as_fours[]; };
layout(binding = 1) restrict readonly buffer GradOutputPairs { uvec2 grad_output_as_pairs[]; };
layout(binding = 2) restrict writeonly buffer GradInput { uint grad_input[]; };
layout(binding = 2) restrict writeonly buffer GradInputFours { uvec4 grad_input_as_fours[]; };
layout(binding = 2) restrict writeonly buffer GradInputPairs { uvec2 grad_input_as_pairs[]; };

#include "common/indexing.glsl"
#include "common/storage.glsl"
#include "ops/pool/order.glsl"
#include "ops/pool/pool_geometry.glsl"

// 1 for every channel whose first maximum of the window lies at the own place, else 0.
vec4 is_first_maximum(uint image, uvec2 window, uvec2 own, uint channel) {
    const uvec2 first = max(window * stride, uvec2(padding)) - padding;
    const uvec2 end = min(window * stride + kernel_size - padding, uvec2(height, width));
    vec4 best = vec4(0.0);
    vec4 is_own = vec4(0.0);
    for (uint iy = first.x; iy < end.x; iy++) {
        for (uint ix = first.y; ix < end.y; ix++) {
            const vec4 values = LOAD_FOUR(x, STORAGE_X, ((image * height + iy) * width + ix) * channels + channel);
            for (uint j = 0; j < 4; j++) {
                const bool is_start = iy == first.x && ix == first.y;
                if (is_start || is_above(values[j], best[j])) {
                    best[j] = values[j];
                    is_own[j] = iy == own.x && ix == own.y ? 1.0 : 0.0;
                }
            }
        }
    }
    return is_own;
}

void main() {
    const uint index = linear_index();
    if (index >= fours) return;
    const uint channel = index % (channels / 4) * 4;
    const uint position = index / (channels / 4);
    const uvec2 own = uvec2(position / width % height, position % width);
    const uint image = position / (width * height);
    const uvec2 rows = windows_over(own.x + padding, out_height);
    const uvec2 columns = windows_over(own.y + padding, out_width);
    vec4 sum = vec4(0.0);
    for (uint oy = rows.x; oy < rows.y; oy++) {
        for (uint ox = columns.x; ox < columns.y; ox++) {
            const vec4 grads = LOAD_FOUR(grad_output, STORAGE_GRAD_OUTPUT, ((image * out_height + oy) * out_width + ox) * channels + channel);
            if (!IS_MAX) {
                sum += grads;
                continue;
            }
            const vec4 is_own = is_first_maximum(image, uvec2(oy, ox), own, channel);
            for (uint j = 0; j < 4; j++) sum[j] += is_own[j] > 0.0 ? grads[j] : 0.0;
        }
    }
    if (!IS_MAX) sum *= scale;
    STORE_FOUR(grad_input, STORAGE_GRAD_INPUT, index * 4, sum)
}
