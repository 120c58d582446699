// The storage type SCALAR of a kernel's large operands; arithmetic is done in float (see ACCUM).
//
// A shader that includes this file has the line  #pragma cim variants(SCALAR = float, float16_t).
// Load with float(x[i]), store with SCALAR(value).

// Macros named like the types, so that the preprocessor can tell SCALAR's values apart; undefined again below.
#define float 1
#define float16_t 2
#if SCALAR == float16_t
#define SCALAR_IS_FLOAT16 1
#else
#define SCALAR_IS_FLOAT16 0
#endif
#undef float
#undef float16_t

#if SCALAR_IS_FLOAT16
#extension GL_EXT_shader_16bit_storage : require
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require
#endif

// The accumulate type of every reduction.
#define ACCUM float
