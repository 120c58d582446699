// Two-dimensional convolution, gradient of the input (a transposed convolution), on a device's matrix units: 16-bit products, fp32 sums.
//
//   x_gradient[b, c, iy, ix] = sum_o,r,s y_gradient[b, o, (iy + padding_y - r) / STRIDE_Y, (ix + padding_x - s) / STRIDE_X] * w[o, c, r, s]
//
// over the taps whose quotients are whole and inside. Input positions of equal remainders by the strides (a phase) read the same
// taps, so each phase is a matrix multiply of its own: rows are input channels, columns the phase's pixels of all images, the inner
// dimension is (o, tap row, tap column). Each invocation gathers four neighbouring pixels; see cooperative_tile.glsl.
//
// Dispatch: x = ceil(batch_count * ceil(in_height / STRIDE_Y) * ceil(in_width / STRIDE_X) / TILE_N), y = ceil(in_channels / TILE_M),
// z = STRIDE_Y * STRIDE_X. 4 * LOCAL_SIZE_X is a multiple of TILE_N.
//
// y_gradient: [batch_count, out_channels, out_height, out_width]   w: [out_channels, in_channels, KERNEL_HEIGHT, KERNEL_WIDTH]
// x_gradient: [batch_count, in_channels, in_height, in_width]
#version 460
#pragma cim variants(PRODUCT = float16_t, bfloat16_t)
#pragma cim no_optimize
#extension GL_GOOGLE_include_directive : require
#include "ops/matmul/product_type.glsl"

layout(constant_id = 0) const uint LOCAL_SIZE_X = 128;  // subgroups * SUBGROUP_SIZE
layout(local_size_x_id = 0) in;

#include "ops/conv/conv2d_interface.glsl"
#include "ops/matmul/cooperative_tile.glsl"

layout(binding = 0) restrict readonly buffer OutputGradient { float y_gradient[]; };
layout(binding = 1) restrict readonly buffer Weights { float w[]; };
layout(binding = 2) restrict writeonly buffer InputGradient { float x_gradient[]; };

const uint TAP_ROWS = (KERNEL_HEIGHT + STRIDE_Y - 1) / STRIDE_Y;    // taps that a phase can meet; the last may lie outside w
const uint TAP_COLUMNS = (KERNEL_WIDTH + STRIDE_X - 1) / STRIDE_X;
const uint TAPS = TAP_ROWS * TAP_COLUMNS;

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

// The invocation's four pixels: the first plane of their images, and the output position under the phase's first tap.
bvec4 pixel_inside;
uvec4 pixel_plane;
uvec4 pixel_row;
uvec4 pixel_column;

void find_pixels(uint pixel0, uvec2 phase, uvec2 first_tap) {
    for (uint j = 0; j < 4; j++) {
        const Pixel pixel = pixel_of(pixel0 + place_of(0) % TILE_N + j, phase);
        pixel_inside[j] = pixel.inside;
        pixel_plane[j] = pixel.image * out_channels;
        pixel_row[j] = (pixel.row + padding_y - first_tap.y) / STRIDE_Y;
        pixel_column[j] = (pixel.column + padding_x - first_tap.x) / STRIDE_X;
    }
}

void fetch_weights(uint channel0, uint p, uint inner, uvec2 first_tap) {
    [[unroll]] for (uint f = 0; f < FETCHES_A; f++) {
        const uint channel = channel0 + place_of(f) / TILE_K;
        [[unroll]] for (uint j = 0; j < 4; j++) {
            const uint k = p + place_of(f) % TILE_K + j;
            const uvec2 tap = first_tap + uvec2(k % TAP_COLUMNS * STRIDE_X, k / TAP_COLUMNS % TAP_ROWS * STRIDE_Y);
            const bool inside = channel < in_channels && k < inner && tap.x < KERNEL_WIDTH && tap.y < KERNEL_HEIGHT;
            const uint plane = k / TAPS * in_channels + channel;
            next_a[f][j] = inside ? floatBitsToUint(w[(plane * KERNEL_HEIGHT + tap.y) * KERNEL_WIDTH + tap.x]) : 0;
        }
    }
}

void fetch_gradients(uint p, uint inner) {
    [[unroll]] for (uint f = 0; f < FETCHES_B; f++) {
        const uint k = p + place_of(f) / TILE_N;
        [[unroll]] for (uint j = 0; j < 4; j++) {
            // Before the output's first row or column this wraps to a large number.
            const uint row = pixel_row[j] - k / TAP_COLUMNS % TAP_ROWS;
            const uint column = pixel_column[j] - k % TAP_COLUMNS;
            const bool inside = pixel_inside[j] && k < inner && row < out_height && column < out_width;
            next_b[f][j] = inside ? floatBitsToUint(y_gradient[((pixel_plane[j] + k / TAPS) * out_height + row) * out_width + column]) : 0;
        }
    }
}

void finish_four(vec4 values, uint channel, uint pixel0, uvec2 phase) {
    if (channel >= in_channels) {
        return;
    }
    for (uint j = 0; j < 4; j++) {
        const Pixel pixel = pixel_of(pixel0 + j, phase);
        if (pixel.inside) {
            x_gradient[((pixel.image * in_channels + channel) * in_height + pixel.row) * in_width + pixel.column] = values[j];
        }
    }
}

void main() {
    const uint pixel0 = gl_WorkGroupID.x * TILE_N;
    const uint channel0 = gl_WorkGroupID.y * TILE_M;
    const uvec2 phase = uvec2(gl_WorkGroupID.z % STRIDE_X, gl_WorkGroupID.z / STRIDE_X);
    const uvec2 first_tap = (phase + uvec2(padding_x, padding_y)) % uvec2(STRIDE_X, STRIDE_Y);
    const uint inner = out_channels * TAPS;
    find_pixels(pixel0, phase, first_tap);
    clear_sums();
    fetch_weights(channel0, 0, inner, first_tap);
    fetch_gradients(0, inner);
    put_tiles(0, FLOAT32, FLOAT32);
    barrier();  // the first stage is complete
    uint stage = 0;
    for (uint p = 0; p < inner; p += TILE_K) {
        const bool is_last = p + TILE_K >= inner;
        if (!is_last) {
            fetch_weights(channel0, p + TILE_K, inner, first_tap);
            fetch_gradients(p + TILE_K, inner);
        }
        multiply_tiles(stage);
        stage = 1 - stage;
        if (!is_last) {
            put_tiles(stage, FLOAT32, FLOAT32);
        }
        barrier();  // the next stage is complete and nobody reads the one before
    }
#define STORE_FOUR_OF_TILE(values, row, column) finish_four(values, channel0 + row, pixel0 + column, phase)
    STORE_SUMS(STORE_FOUR_OF_TILE)
}
