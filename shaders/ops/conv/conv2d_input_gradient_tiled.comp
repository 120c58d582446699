// Two-dimensional convolution, gradient of the input (a transposed convolution), with tiles in shared memory, the fp32 form for GPUs.
//
//   x_gradient[b, c, iy, ix] = sum_o,r,s y_gradient[b, o, (iy + padding_y - r * DILATION) / STRIDE_Y, (ix + padding_x - s * DILATION) / STRIDE_X] * w[o, c, r, s]
//
// over the taps whose quotients are whole and inside. Input positions of equal remainders by the strides (a phase) read the same
// taps, so each phase is a matrix multiply of its own: rows are input channels, columns the phase's pixels of all images, the inner
// dimension is (o, tap row, tap column). A workgroup owns TILE_M x TILE_N elements, an invocation THREAD_TILE x THREAD_TILE of them.
//
// Dispatch: x = ceil(batch_count * ceil(in_height / STRIDE_Y) * ceil(in_width / STRIDE_X) / TILE_N), y = ceil(in_channels / TILE_M),
// z = STRIDE_Y * STRIDE_X. LOCAL_SIZE_X = (TILE_M / THREAD_TILE) * (TILE_N / THREAD_TILE), a multiple of TILE_N.
//
// y_gradient: [batch_count, out_channels, out_height, out_width]   w: [out_channels, in_channels, KERNEL_HEIGHT, KERNEL_WIDTH]
// x_gradient: [batch_count, in_channels, in_height, in_width]
#version 460
#pragma cim variants(THREAD_TILE = 4, 8)
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require

layout(constant_id = 0) const uint LOCAL_SIZE_X = 256;  // (TILE_M / THREAD_TILE) * (TILE_N / THREAD_TILE)
layout(local_size_x_id = 0) in;

#include "ops/conv/conv2d_interface.glsl"
#include "ops/matmul/tile_product.glsl"

layout(binding = 0) restrict readonly buffer OutputGradient { float y_gradient[]; };
layout(binding = 1) restrict readonly buffer Weights { float w[]; };
layout(binding = 2) restrict writeonly buffer InputGradient { float x_gradient[]; };

const uint TAP_ROWS = (KERNEL_HEIGHT + STRIDE_Y - 1) / STRIDE_Y;    // taps that a phase can meet; the last may lie outside w
const uint TAP_COLUMNS = (KERNEL_WIDTH + STRIDE_X - 1) / STRIDE_X;
const uint TAPS = TAP_ROWS * TAP_COLUMNS;

// Tap of w that inner index k stands for: first_tap + (tap row, tap column) * stride.
uvec2 tap_of(uint k, uvec2 first_tap) {
    return first_tap + uvec2(k % TAP_COLUMNS * STRIDE_X, k / TAP_COLUMNS % TAP_ROWS * STRIDE_Y);
}

void fill_weights(uint channel0, uint p, uint inner, uvec2 first_tap) {
    for (uint i = gl_LocalInvocationIndex; i < TILE_M * TILE_K; i += gl_WorkGroupSize.x) {
        const uint k = i % TILE_K;
        const uint channel = channel0 + i / TILE_K;
        const uvec2 tap = tap_of(p + k, first_tap);
        const bool inside = channel < in_channels && p + k < inner && tap.x < KERNEL_WIDTH && tap.y < KERNEL_HEIGHT;
        const uint plane = (p + k) / TAPS * in_channels + channel;
        tile_a[k * PITCH_A + i / TILE_K] = inside ? w[(plane * KERNEL_HEIGHT + tap.y) * KERNEL_WIDTH + tap.x] : 0.0;
    }
}

// A pixel of the phase.
struct Pixel {
    bool inside;
    uint image;
    uint row;
    uint column;
};

Pixel pixel_of(uint pixel, uvec2 phase) {
    const uint rows = (in_height + STRIDE_Y - 1) / STRIDE_Y;
    const uint columns = (in_width + STRIDE_X - 1) / STRIDE_X;
    Pixel result;
    result.image = pixel / (rows * columns);
    result.row = pixel / columns % rows * STRIDE_Y + phase.y;
    result.column = pixel % columns * STRIDE_X + phase.x;
    result.inside = result.image < batch_count && result.row < in_height && result.column < in_width;
    return result;
}

void fill_gradients(Pixel pixel, uint p, uint inner, uvec2 first_tap) {
    const uint column = gl_LocalInvocationIndex % TILE_N;
    const uvec2 quotient = uvec2((pixel.column + padding_x - first_tap.x) / STRIDE_X, (pixel.row + padding_y - first_tap.y) / STRIDE_Y);
    for (uint k = gl_LocalInvocationIndex / TILE_N; k < TILE_K; k += gl_WorkGroupSize.x / TILE_N) {
        // Before the output's first row or column this wraps to a large number.
        const uvec2 at = quotient - uvec2((p + k) % TAP_COLUMNS, (p + k) / TAP_COLUMNS % TAP_ROWS) * DILATION;
        const uint plane = pixel.image * out_channels + (p + k) / TAPS;
        const bool inside = pixel.inside && p + k < inner && at.x < out_width && at.y < out_height;
        tile_b[k * PITCH_B + column] = inside ? y_gradient[(plane * out_height + at.y) * out_width + at.x] : 0.0;
    }
}

void store(uint channel0, uint pixel0, uvec2 phase) {
    [[unroll]] for (uint j = 0; j < THREAD_TILE; j++) {
        const Pixel pixel = pixel_of(pixel0 + place_column(j), phase);
        [[unroll]] for (uint i = 0; i < THREAD_TILE; i++) {
            const uint channel = channel0 + place_row(i);
            if (pixel.inside && channel < in_channels) {
                const uint plane = pixel.image * in_channels + channel;
                x_gradient[(plane * in_height + pixel.row) * in_width + pixel.column] = sums[i][j];
            }
        }
    }
}

void main() {
    const uint pixel0 = gl_WorkGroupID.x * TILE_N;
    const uint channel0 = gl_WorkGroupID.y * TILE_M;
    const uvec2 phase = uvec2(gl_WorkGroupID.z % STRIDE_X, gl_WorkGroupID.z / STRIDE_X);
    const uvec2 first_tap = (phase + uvec2(padding_x, padding_y)) % uvec2(STRIDE_X, STRIDE_Y);
    const uint inner = out_channels * TAPS;
    const Pixel pixel = pixel_of(pixel0 + gl_LocalInvocationIndex % TILE_N, phase);
    clear_sums();
    for (uint p = 0; p < inner; p += TILE_K) {
        fill_weights(channel0, p, inner, first_tap);
        fill_gradients(pixel, p, inner, first_tap);
        barrier();  // the tiles are complete
        multiply_tiles();
        barrier();  // nobody reads the tiles any more
    }
    store(channel0, pixel0, phase);
}
