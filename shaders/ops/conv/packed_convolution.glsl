// A convolution of channels-last images with packed weights, forward or the gradient of its input, as conv2d_cooperative.comp describes it; with main().
//
// The includer names PRODUCT for matrix units or THREAD_TILE for tiles in fp32, and STORAGE_W, how the packed weights lie in memory.

layout(constant_id = 1) const bool HAS_BIAS = false;
layout(constant_id = 2) const uint ACTIVATION = 0;      // 0 none, 1 ReLU
layout(constant_id = 10) const uint TAP_ROWS = 3;       // rows of w
layout(constant_id = 11) const uint TAP_COLUMNS = 3;    // columns of w
layout(constant_id = 12) const uint STEP = 1;           // positions of x from one of a phase's positions to the next
layout(constant_id = 13) const uint PHASES = 1;         // positions of y from one of a phase's positions to the next
layout(constant_id = 14) const uint STORAGE_X = 1;      // 0 fp32, 1 fp16, 2 bf16
layout(constant_id = 15) const uint STORAGE_Y = 0;      // 0 fp32, 1 fp16, 2 bf16
layout(constant_id = 16) const bool CHANNELS_LAST_Y = false;  // y lies as x does, and its channels are a multiple of 4
layout(constant_id = 18) const bool HAS_RESIDUAL = false;  // residual, in the order of y, is added before the activation
layout(constant_id = 19) const uint STORAGE_RESIDUAL = 0;  // 0 fp32, 1 fp16, 2 bf16
layout(constant_id = 17) const uint DILATION = 1;       // positions of x from one tap to the next; above 1 only with PHASES and STEP 1

layout(push_constant) uniform Parameters {
    uint batch_count;   // images
    uint x_channels;    // channels of x, a multiple of 4
    uint x_height;      // rows of x
    uint x_width;       // columns of x
    uint y_channels;    // channels of y
    uint y_height;      // rows of y
    uint y_width;       // columns of y
    uint lead;          // added to a phase before it is divided
    uint back_rows;     // rows of x above a position's first tap
    uint back_columns;  // columns of x left of it
};

#include "common/activation.glsl"
#define B_BY_COLUMNS
#ifdef THREAD_TILE
#include "ops/matmul/half_tile.glsl"
#else
#include "ops/matmul/cooperative_tile.glsl"
#endif

layout(binding = 0) restrict readonly buffer X { uint x[]; };
layout(binding = 0) restrict readonly buffer XFours { uvec4 x_as_fours[]; };
layout(binding = 0) restrict readonly buffer XPairs { uvec2 x_as_pairs[]; };
layout(binding = 1) restrict readonly buffer Weights { uvec2 w[]; };
layout(binding = 2) restrict readonly buffer Bias { float bias[]; };
layout(binding = 3) restrict readonly buffer Residual { float residual[]; };
layout(binding = 3) restrict readonly buffer ResidualFours { uvec4 residual_as_fours[]; };
layout(binding = 3) restrict readonly buffer ResidualPairs { uvec2 residual_as_pairs[]; };
layout(binding = 4) restrict writeonly buffer Y { float y[]; };
layout(binding = 4) restrict writeonly buffer YFours { uvec4 y_as_fours[]; };
layout(binding = 4) restrict writeonly buffer YPairs { uvec2 y_as_pairs[]; };

const uint TAPS = TAP_ROWS * TAP_COLUMNS;

// Rows and columns of a phase; the last may lie outside y.
uvec2 grid_size() {
    return (uvec2(y_height, y_width) + PHASES - 1) / PHASES;
}

// The places of x under the first tap of the invocation's positions, wrapped where they lie before it, and where it stands in the inner dimension.
uint first_row_of[FETCHES_A];
uint first_column_of[FETCHES_A];
uint first_place_of[FETCHES_A];
uint tap;
uint channel;

void find_places(uint position0, uvec2 phase) {
    const uvec2 grid = grid_size();
    [[unroll]] for (uint f = 0; f < FETCHES_A; f++) {
        const uint position = position0 + place_of(f) / TILE_K;
        const uint image = position / (grid.x * grid.y);
        const uint row = position / grid.y % grid.x * STEP + (phase.x + lead) / PHASES - back_rows;
        const uint column = position % grid.y * STEP + (phase.y + lead) / PHASES - back_columns;
        first_row_of[f] = image < batch_count ? row : 0x80000000u;  // above every row with any tap
        first_column_of[f] = column;
        first_place_of[f] = (image * x_height + row) * x_width + column;
    }
    tap = place_of(0) % TILE_K / x_channels;
    channel = place_of(0) % TILE_K % x_channels;
}

// Fetches a stage and steps on to the next.
void fetch_tiles(uint channel0, uint phase) {
    const uint tap_row = tap / TAP_COLUMNS * DILATION;
    const uint tap_column = tap % TAP_COLUMNS * DILATION;
    [[unroll]] for (uint f = 0; f < FETCHES_A; f++) {
        const bool inside = tap < TAPS && first_row_of[f] + tap_row < x_height && first_column_of[f] + tap_column < x_width;
        const uint at = (first_place_of[f] + tap_row * x_width + tap_column) * x_channels + channel;
        uvec4 bits = uvec4(0);
        if (inside) {
            if (STORAGE_X == FLOAT32) {
                bits = x_as_fours[at >> 2];
            } else {
                bits.xy = x_as_pairs[at >> 2];
            }
        }
        next_a[f] = bits;
    }
    [[unroll]] for (uint f = 0; f < FETCHES_B; f++) {
        const uint own = channel0 + place_of(f) / TILE_K;
        const uint at = ((phase * y_channels + own) * TAPS + tap) * x_channels + channel;
        next_b[f] = tap < TAPS && own < y_channels ? uvec4(w[at >> 2], 0, 0) : uvec4(0);
    }
    channel += TILE_K;
    while (channel >= x_channels) {
        channel -= x_channels;
        tap++;
    }
}

float activate(float value) {
    return ACTIVATION == 1 ? relu(value) : value;
}

void store_four(vec4 values, uint position, uint own) {
    const uint at = position * y_channels + own;
    if (HAS_RESIDUAL) {
        values += LOAD_FOUR(residual, STORAGE_RESIDUAL, at);
    }
    [[unroll]] for (uint j = 0; j < 4; j++) {
        values[j] = activate(values[j]);
    }
    STORE_FOUR(y, STORAGE_Y, at, values)
}

void finish_four(vec4 values, uint position, uint own, uvec2 phase) {
    const uvec2 grid = grid_size();
    const uint image = position / (grid.x * grid.y);
    if (own >= y_channels || image >= batch_count) {
        return;
    }
    [[unroll]] for (uint j = 0; j < 4; j++) {
        values[j] += HAS_BIAS && own + j < y_channels ? bias[own + j] : 0.0;
    }
    if (CHANNELS_LAST_Y && PHASES == 1) {
        store_four(values, position, own);
        return;
    }
    const uint row = position / grid.y % grid.x * PHASES + phase.x;
    const uint column = position % grid.y * PHASES + phase.y;
    if (row >= y_height || column >= y_width) {
        return;
    }
    if (CHANNELS_LAST_Y) {
        store_four(values, (image * y_height + row) * y_width + column, own);
        return;
    }
    [[unroll]] for (uint j = 0; j < 4; j++) {
        if (own + j < y_channels) {
            const uint at = ((image * y_channels + own + j) * y_height + row) * y_width + column;
            y[at] = activate(values[j] + (HAS_RESIDUAL ? residual[at] : 0.0));
        }
    }
}

void main() {
    const uint position0 = gl_WorkGroupID.x * TILE_M;
    const uint channel0 = gl_WorkGroupID.y * TILE_N;
    const uvec2 phase = uvec2(gl_WorkGroupID.z / PHASES, gl_WorkGroupID.z % PHASES);
    const uint inner = TAPS * x_channels;
    find_places(position0, phase);
    clear_sums();
    fetch_tiles(channel0, gl_WorkGroupID.z);
    put_tiles(0, STORAGE_X, STORAGE_W);
    barrier();  // the first stage is complete
    uint stage = 0;
    for (uint p = 0; p < inner; p += TILE_K) {
        const bool is_last = p + TILE_K >= inner;
        if (!is_last) {
            fetch_tiles(channel0, gl_WorkGroupID.z);
        }
        multiply_tiles(stage);
        stage = 1 - stage;
        if (!is_last) {
            put_tiles(stage, STORAGE_X, STORAGE_W);
        }
        barrier();  // the next stage is complete and nobody reads the one before
    }
#define STORE_FOUR_OF_TILE(values, row, column) finish_four(values, position0 + row, channel0 + column, phase)
    STORE_SUMS(STORE_FOUR_OF_TILE)
}
