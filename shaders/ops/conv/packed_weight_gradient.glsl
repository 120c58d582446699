// The gradient of a convolution's weights from channels-last images, as conv2d_weight_gradient_cooperative.comp describes it; with main().
//
// The includer names PRODUCT for matrix units or THREAD_TILE for tiles in fp32.

layout(constant_id = 14) const uint STORAGE_Y = 1;  // of y_gradient: 0 fp32, 1 fp16, 2 bf16
layout(constant_id = 15) const uint STORAGE_X = 1;  // 0 fp32, 1 fp16, 2 bf16

#include "ops/conv/conv2d_interface.glsl"
#define A_BY_COLUMNS
#ifdef THREAD_TILE
#include "ops/matmul/half_tile.glsl"
#else
#include "ops/matmul/cooperative_tile.glsl"
#endif

layout(binding = 0) restrict readonly buffer OutputGradient { uint y_gradient[]; };
layout(binding = 0) restrict readonly buffer OutputGradientFours { uvec4 y_gradient_as_fours[]; };
layout(binding = 0) restrict readonly buffer OutputGradientPairs { uvec2 y_gradient_as_pairs[]; };
layout(binding = 1) restrict readonly buffer Input { uint x[]; };
layout(binding = 1) restrict readonly buffer InputFours { uvec4 x_as_fours[]; };
layout(binding = 1) restrict readonly buffer InputPairs { uvec2 x_as_pairs[]; };
layout(binding = 2) restrict writeonly buffer WeightGradient { float w_gradient[]; };

uint padded(uint channels) {
    return (channels + 3) & ~3u;
}

// Tap and input channel of a column.
struct Column {
    bool inside;
    uint row;
    uint column;
    uint channel;
};

Column column_of(uint index) {
    const uint tap = index / padded(in_channels);
    return Column(tap < KERNEL_HEIGHT * KERNEL_WIDTH, tap / KERNEL_WIDTH, tap % KERNEL_WIDTH, index % padded(in_channels));
}

// The output positions for which the invocation gathers inputs, and the places that they read with tap (0, 0), wrapped when in the padding.
uint image_of[FETCHES_B];
uint row_of[FETCHES_B];
uint column_of_position[FETCHES_B];

void find_positions(uint first_image) {
    [[unroll]] for (uint f = 0; f < FETCHES_B; f++) {
        const uint position = place_of(f) / TILE_N;
        image_of[f] = first_image + position / (out_height * out_width);
        row_of[f] = position / out_width % out_height;
        column_of_position[f] = position % out_width;
    }
}

void step_positions() {
    [[unroll]] for (uint f = 0; f < FETCHES_B; f++) {
        column_of_position[f] += TILE_K;
        while (column_of_position[f] >= out_width) {
            column_of_position[f] -= out_width;
            row_of[f]++;
        }
        while (row_of[f] >= out_height) {
            row_of[f] -= out_height;
            image_of[f]++;
        }
    }
}

void fetch_gradients(uint channel0, uint first, uint end) {
    [[unroll]] for (uint f = 0; f < FETCHES_A; f++) {
        const uint position = first + place_of(f) / TILE_M;
        const uint channel = channel0 + place_of(f) % TILE_M;
        const uint at = position * padded(out_channels) + channel;
        uvec4 bits = uvec4(0);
        if (position < end && channel < out_channels) {
            if (STORAGE_Y == FLOAT32) {
                bits = y_gradient_as_fours[at >> 2];
            } else {
                bits.xy = y_gradient_as_pairs[at >> 2];
            }
        }
        next_a[f] = bits;
    }
}

void fetch_inputs(Column own, uint end_image) {
    [[unroll]] for (uint f = 0; f < FETCHES_B; f++) {
        // Above and left of the input these wrap to a large number.
        const uint row = row_of[f] * STRIDE_Y + own.row * DILATION - padding_y;
        const uint column = column_of_position[f] * STRIDE_X + own.column * DILATION - padding_x;
        const uint at = ((image_of[f] * in_height + row) * in_width + column) * padded(in_channels) + own.channel;
        uvec4 bits = uvec4(0);
        if (own.inside && image_of[f] < end_image && row < in_height && column < in_width) {
            if (STORAGE_X == FLOAT32) {
                bits = x_as_fours[at >> 2];
            } else {
                bits.xy = x_as_pairs[at >> 2];
            }
        }
        next_b[f] = bits;
    }
    step_positions();
}

void finish_four(vec4 values, uint channel, uint index) {
    const Column own = column_of(index);
    if (channel >= out_channels || !own.inside) {
        return;
    }
    for (uint j = 0; j < 4; j++) {
        if (own.channel + j < in_channels) {
            const uint plane = (gl_WorkGroupID.z * out_channels + channel) * in_channels + own.channel + j;
            w_gradient[(plane * KERNEL_HEIGHT + own.row) * KERNEL_WIDTH + own.column] = values[j];
        }
    }
}

void main() {
    const uint column0 = gl_WorkGroupID.x * TILE_N;
    const uint channel0 = gl_WorkGroupID.y * TILE_M;
    const uint first_image = gl_WorkGroupID.z * images_per_split;
    const uint end_image = min(first_image + images_per_split, batch_count);
    const uint end = end_image * out_height * out_width;
    const Column own = column_of(column0 + place_of(0) % TILE_N);
    uint p = first_image * out_height * out_width;
    find_positions(first_image);
    clear_sums();
    fetch_gradients(channel0, p, end);
    fetch_inputs(own, end_image);
    put_tiles(0, STORAGE_Y, STORAGE_X);
    barrier();  // the first stage is complete
    uint stage = 0;
    for (; p < end; p += TILE_K) {
        const bool is_last = p + TILE_K >= end;
        if (!is_last) {
            fetch_gradients(channel0, p + TILE_K, end);
            fetch_inputs(own, end_image);
        }
        multiply_tiles(stage);
        stage = 1 - stage;
        if (!is_last) {
            put_tiles(stage, STORAGE_Y, STORAGE_X);
        }
        barrier();  // the next stage is complete and nobody reads the one before
    }
#define STORE_FOUR_OF_TILE(values, row, column) finish_four(values, channel0 + row, column0 + column)
    STORE_SUMS(STORE_FOUR_OF_TILE)
}
