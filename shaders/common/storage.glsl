// Tensors in memory as fp32, fp16 or bf16: which one is a specialization constant of the kernel, so that one SPIR-V serves all three
// and the branch is gone when the pipeline is made. Arithmetic is done in float whatever the storage.
//
// A 16-bit tensor is only ever walked by fours: its last axis is a multiple of 4, and four elements are one uvec2. So nothing here
// needs a device feature. It is written by fours and may be read one by one. A buffer is declared as words and, where it is walked by
// fours, as fours and pairs; `at` counts elements and is a multiple of 4 there:
//
//   layout(binding = 0) restrict readonly buffer X { uint x[]; };
//   layout(binding = 0) restrict readonly buffer XFours { uvec4 x_as_fours[]; };   one for fp32
//   layout(binding = 0) restrict readonly buffer XPairs { uvec2 x_as_pairs[]; };   one for 16-bit
#ifndef CIM_COMMON_STORAGE
#define CIM_COMMON_STORAGE

#define FLOAT32 0
#define FLOAT16 1
#define BFLOAT16 2

// The upper half of a float, rounded to nearest even; a NaN stays one.
uint bfloat16_bits(float value) {
    const uint bits = floatBitsToUint(value);
    const bool is_nan = (bits & 0x7fffffffu) > 0x7f800000u;
    return is_nan ? 0x7fc0u : (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
}

vec4 unpack_four(uint storage, uvec2 bits) {
    if (storage == BFLOAT16) {
        return uintBitsToFloat(uvec4(bits.x << 16, bits.x & 0xffff0000u, bits.y << 16, bits.y & 0xffff0000u));
    }
    return vec4(unpackHalf2x16(bits.x), unpackHalf2x16(bits.y));
}

uvec2 pack_four(uint storage, vec4 values) {
    if (storage == BFLOAT16) {
        return uvec2(
            bfloat16_bits(values.x) | (bfloat16_bits(values.y) << 16), bfloat16_bits(values.z) | (bfloat16_bits(values.w) << 16));
    }
    return uvec2(packHalf2x16(values.xy), packHalf2x16(values.zw));
}

float unpack_one(uint storage, uint word, uint at) {
    const uint bits = (at & 1u) == 0u ? word & 0xffffu : word >> 16;
    return storage == BFLOAT16 ? uintBitsToFloat(bits << 16) : unpackHalf2x16(bits).x;
}

// One element of a buffer with words x.
#define LOAD_ONE(x, storage, at) ((storage) == FLOAT32 ? uintBitsToFloat(x[at]) : unpack_one(storage, x[(at) >> 1], at))

// Four neighbouring elements of a buffer with views x_as_fours and x_as_pairs.
#define LOAD_FOUR(x, storage, at) \
    ((storage) == FLOAT32 ? uintBitsToFloat(x##_as_fours[(at) >> 2]) : unpack_four(storage, x##_as_pairs[(at) >> 2]))

#define STORE_FOUR(x, storage, at, values)                            \
    if ((storage) == FLOAT32) {                                       \
        x##_as_fours[(at) >> 2] = floatBitsToUint(values);            \
    } else {                                                          \
        x##_as_pairs[(at) >> 2] = pack_four(storage, values);         \
    }

#endif
