// The product of the rows and columns that an invocation owns, in registers, without shared memory or barriers: the heart of the direct matrix multiplies.
//
//   sums[i][j] = sum_p op(a)[row0 + i][p] * op(b)[p][column0 + 4 * j .. + 3]
//
// The includer names LAYOUT, WIDTH, the operands a and b, their sizes m, n, k and row strides, a Slice, and how many ROWS and COLUMNS an invocation owns.
// A workgroup is one full subgroup. Its invocations need the same rows of a: each loads a part, and a shuffle by a constant, one instruction, hands it round.
// Summation order is ascending k for every element.
#extension GL_KHR_shader_subgroup_shuffle : require

const uint COLUMN_VECTORS = COLUMNS / 4;
const uint ROW_VECTORS = ROWS / 4;
const uint SHARES = (ROWS + LOCAL_SIZE_X - 1) / LOCAL_SIZE_X;  // vec4s of a that an invocation loads for four p

vec4 sums[ROWS][COLUMN_VECTORS];

// Four neighbours in memory; a neighbour at or beyond `limit` along that axis may hold anything finite or not.
#if WIDTH == 4
vec4 load_a(uint base, uint along, uint limit) { return a[(base + min(along, (limit - 1) & ~3u)) >> 2]; }
vec4 load_b(uint base, uint along, uint limit) { return b[(base + min(along, (limit - 1) & ~3u)) >> 2]; }
float element_a(uint index) { return a[index >> 2][index & 3]; }
float element_b(uint index) { return b[index >> 2][index & 3]; }
#else
uvec4 neighbours(uint base, uint along, uint limit) { return base + min(along + uvec4(0, 1, 2, 3), uvec4(limit - 1)); }
vec4 load_a(uint base, uint along, uint limit) {
    const uvec4 at = neighbours(base, along, limit);
    return vec4(a[at.x], a[at.y], a[at.z], a[at.w]);
}
vec4 load_b(uint base, uint along, uint limit) {
    const uvec4 at = neighbours(base, along, limit);
    return vec4(b[at.x], b[at.y], b[at.z], b[at.w]);
}
float element_a(uint index) { return a[index]; }
float element_b(uint index) { return b[index]; }
#endif

#if LAYOUT == tn
// What a subgroup needs of a for p .. p + 3: its invocation l holds op(a)[row0 + 4 * v .. + 3][p + l % 4] with v = SHARES * (l / 4) + t.
// So the first load touches every cache line of the four rows at once, and a CPU waits for memory once instead of four times.
void load_left(uint base, uint row0, uint p, out vec4 left[SHARES]) {
    [[unroll]] for (uint t = 0; t < SHARES; t++) {
        const uint vector = min(SHARES * (gl_SubgroupInvocationID / 4) + t, ROW_VECTORS - 1);
        left[t] = load_a(base + (p + gl_SubgroupInvocationID % 4) * row_stride_a, row0 + 4 * vector, m);
    }
}

// op(a)[row0 + i][p + q]
float left_element(vec4 left[SHARES], uint i, uint q) { return subgroupShuffle(left[(i / 4) % SHARES][i & 3], 4 * (i / 4 / SHARES) + q); }
#else
// What a subgroup needs of a for p .. p + 3: its invocation l holds op(a)[row0 + t * LOCAL_SIZE_X + l][p .. p + 3].
void load_left(uint base, uint row0, uint p, out vec4 left[SHARES]) {
    [[unroll]] for (uint t = 0; t < SHARES; t++) {
        const uint part = min(t * LOCAL_SIZE_X + gl_SubgroupInvocationID, ROWS - 1);
        left[t] = load_a(base + min(row0 + part, m - 1) * row_stride_a, p, k);
    }
}

// op(a)[row0 + i][p + q]
float left_element(vec4 left[SHARES], uint i, uint q) { return subgroupShuffle(left[i / LOCAL_SIZE_X][q], i % LOCAL_SIZE_X); }
#endif

// right[q] = op(b)[p + q][column .. column + COLUMNS - 1]
void load_right(uint base, uint column, uint p, out vec4 right[4][COLUMN_VECTORS]) {
    [[unroll]] for (uint j = 0; j < COLUMN_VECTORS; j++) {
#if LAYOUT == nt
        [[unroll]] for (uint s = 0; s < 4; s++) {
            const vec4 values = load_b(base + min(column + 4 * j + s, n - 1) * row_stride_b, p, k);
            [[unroll]] for (uint q = 0; q < 4; q++) {
                right[q][j][s] = values[q];
            }
        }
#else
        [[unroll]] for (uint q = 0; q < 4; q++) {
            right[q][j] = load_b(base + (p + q) * row_stride_b, column + 4 * j, n);
        }
#endif
    }
}

void multiply_four(Slice slice, uint row0, uint column0, uint p) {
    vec4 left[SHARES];
    load_left(slice.a, row0, p, left);
    vec4 right[4][COLUMN_VECTORS];
    load_right(slice.b, column0, p, right);
    [[unroll]] for (uint i = 0; i < ROWS; i++) {
        [[unroll]] for (uint q = 0; q < 4; q++) {
            const vec4 factor = vec4(left_element(left, i, q));
            [[unroll]] for (uint j = 0; j < COLUMN_VECTORS; j++) {
                sums[i][j] = fma(factor, right[q][j], sums[i][j]);
            }
        }
    }
}

void multiply_one(Slice slice, uint row0, uint column0, uint p) {
    vec4 right[COLUMN_VECTORS];
    [[unroll]] for (uint j = 0; j < COLUMNS; j++) {
        const uint column = min(column0 + j, n - 1);
        right[j >> 2][j & 3] = element_b(slice.b + (LAYOUT == nt ? column * row_stride_b + p : p * row_stride_b + column));
    }
    [[unroll]] for (uint i = 0; i < ROWS; i++) {
        const uint row = min(row0 + i, m - 1);
        const float left = element_a(slice.a + (LAYOUT == tn ? p * row_stride_a + row : row * row_stride_a + p));
        [[unroll]] for (uint j = 0; j < COLUMN_VECTORS; j++) {
            sums[i][j] = fma(vec4(left), right[j], sums[i][j]);
        }
    }
}

// Clears the sums and multiplies over the slice's part of the inner dimension.
void multiply_rows(Slice slice, uint row0, uint column0) {
    [[unroll]] for (uint i = 0; i < ROWS; i++) {
        [[unroll]] for (uint j = 0; j < COLUMN_VECTORS; j++) {
            sums[i][j] = vec4(0.0);
        }
    }
    const uint fours_end = slice.k_begin + ((slice.k_end - slice.k_begin) & ~3u);
    for (uint p = slice.k_begin; p < fours_end; p += 4) {
        multiply_four(slice, row0, column0, p);
    }
    for (uint p = fours_end; p < slice.k_end; p++) {
        multiply_one(slice, row0, column0, p);
    }
}
