// The 16-bit type PRODUCT of the matrix units' operands, float16_t or bfloat16_t, four of them, and the way there from memory.
//
// A shader that includes this file has the line  #pragma cim variants(PRODUCT = float16_t, bfloat16_t).

// Macros named like the types, so that the preprocessor can tell PRODUCT's values apart; undefined again below.
#define float16_t 1
#define bfloat16_t 2
#if PRODUCT == bfloat16_t
#define PRODUCT_IS_BFLOAT16 1
#else
#define PRODUCT_IS_BFLOAT16 0
#endif
#undef float16_t
#undef bfloat16_t

#extension GL_EXT_control_flow_attributes : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_memory_scope_semantics : require
#extension GL_KHR_cooperative_matrix : require
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require

#include "common/storage.glsl"

#if PRODUCT_IS_BFLOAT16
#extension GL_EXT_bfloat16 : require
#define PRODUCT_FOUR bf16vec4
#else
#define PRODUCT_FOUR f16vec4
#endif

// Four elements from their bits in memory: x and y hold 16-bit ones, all four words 32-bit ones.
PRODUCT_FOUR product_four(uint storage, uvec4 bits) {
    const vec4 values = storage == FLOAT32 ? uintBitsToFloat(bits) : unpack_four(storage, bits.xy);
    return PRODUCT_FOUR(values);
}
