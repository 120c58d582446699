// What the direct convolutions share: the places of a plane that an invocation holds, and the source rows that reach them.
//
// An invocation owns CHANNELS channels of LINES x PIXELS places in registers. Those of a workgroup, one full subgroup, hold the same places of neighbouring
// channels, so all need the same source: each loads a part of a row, and a shuffle by a constant, one instruction, hands it round.
//
// The includer names the source's array SOURCE, how far STEP apart the source columns of neighbouring places are, the TAPS of a row, and by OFFSET(t) which
// column of the window tap t of the first place reads.
#extension GL_KHR_shader_subgroup_shuffle : require

layout(constant_id = 0) const uint LOCAL_SIZE_X = 8;  // invocations of a workgroup: one subgroup
layout(local_size_x_id = 0) in;
layout(constant_id = 3) const uint PIXELS = 28;   // neighbouring places of a row
layout(constant_id = 5) const uint LINES = 1;     // rows
layout(constant_id = 6) const uint CHANNELS = 8;  // channels of an invocation; a multiple of 4
layout(constant_id = 7) const bool FOURS = false;  // results are written by fours: their width and PIXELS are multiples of 4

const uint VECTORS = CHANNELS / 4;
const uint WINDOW = (PIXELS - 1) * STEP + (TAPS - 1) * DILATION + 1;  // source columns that the places of a row touch
const uint SHARES = (WINDOW + LOCAL_SIZE_X - 1) / LOCAL_SIZE_X;       // of which an invocation loads so many

vec4 sums[LINES][PIXELS][VECTORS];

void clear_sums() {
    [[unroll]] for (uint l = 0; l < LINES; l++) {
        [[unroll]] for (uint j = 0; j < PIXELS; j++) {
            [[unroll]] for (uint v = 0; v < VECTORS; v++) {
                sums[l][j][v] = vec4(0.0);
            }
        }
    }
}

// This invocation's first channel.
uint own_channel() {
    return (gl_WorkGroupID.y * LOCAL_SIZE_X + gl_SubgroupInvocationID) * CHANNELS;
}

// Source columns first .. first + WINDOW - 1; those outside become 0.
void load_window(uint row_base, bool row_inside, int first, uint width, out float window[SHARES]) {
    [[unroll]] for (uint t = 0; t < SHARES; t++) {
        const uint column = uint(first + int(t * LOCAL_SIZE_X + gl_SubgroupInvocationID));  // left of the source this wraps to a large number
        const float value = SOURCE[row_base + min(column, width - 1)];
        window[t] = row_inside && column < width ? value : 0.0;
    }
}

// The channels' weights of one tap, which lie together at vec4 `at`; beyond the last channel they may be anything.
void load_weights(uint at, uint channel, uint channels, out vec4 weights[VECTORS]) {
    const uint vectors = (channels + 3) >> 2;
    [[unroll]] for (uint v = 0; v < VECTORS; v++) {
        weights[v] = w[at * vectors + min((channel >> 2) + v, vectors - 1)];
    }
}

void multiply_line(uint line, float window[SHARES], vec4 weights[TAPS][VECTORS]) {
    [[unroll]] for (uint e = 0; e < WINDOW; e++) {
        const vec4 value = vec4(subgroupShuffle(window[e / LOCAL_SIZE_X], e % LOCAL_SIZE_X));
        [[unroll]] for (uint t = 0; t < TAPS; t++) {
            if (e >= OFFSET(t) && (e - OFFSET(t)) % STEP == 0 && (e - OFFSET(t)) / STEP < PIXELS) {
                const uint j = (e - OFFSET(t)) / STEP;
                [[unroll]] for (uint v = 0; v < VECTORS; v++) {
                    sums[line][j][v] = fma(weights[t][v], value, sums[line][j][v]);
                }
            }
        }
    }
}
