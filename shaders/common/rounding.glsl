// Floats to 16 bits, rounded to nearest even on every device: packHalf2x16 may round as the driver likes.
#ifndef CIM_COMMON_ROUNDING
#define CIM_COMMON_ROUNDING

#include "common/storage.glsl"

uint float16_bits(float value) {
    const uint bits = floatBitsToUint(value);
    const uint sign = (bits >> 16) & 0x8000u;
    const uint magnitude = bits & 0x7fffffffu;
    if (magnitude > 0x7f800000u) {
        return sign | 0x7e00u;  // NaN
    }
    if (magnitude >= 0x477ff000u) {
        return sign | 0x7c00u;  // nearer to 65536 than to the largest number
    }
    if (magnitude < 0x38800000u) {
        // Below the smallest normal number: beside 0.5 the last digit is that of fp16, and the sum rounds to it.
        return sign | (floatBitsToUint(uintBitsToFloat(magnitude) + 0.5) - 0x3f000000u);
    }
    return sign | ((magnitude - 0x38000000u + 0xfffu + ((magnitude >> 13) & 1u)) >> 13);
}

uint rounded_bits(uint storage, float value) {
    return storage == BFLOAT16 ? bfloat16_bits(value) : float16_bits(value);
}

// Four elements as they lie in memory.
uvec2 rounded_four(uint storage, vec4 values) {
    return uvec2(rounded_bits(storage, values.x) | (rounded_bits(storage, values.y) << 16),
        rounded_bits(storage, values.z) | (rounded_bits(storage, values.w) << 16));
}

#endif
