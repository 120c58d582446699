// The two operands of every product, and the names of the layouts in which they lie.

#define nn 0
#define nt 1
#define tn 2

#ifdef STORED
// Operands in any storage: as words, and by fours.
#include "common/storage.glsl"
layout(binding = 0) restrict readonly buffer A { uint a[]; };
layout(binding = 0) restrict readonly buffer AFours { uvec4 a_as_fours[]; };
layout(binding = 0) restrict readonly buffer APairs { uvec2 a_as_pairs[]; };
layout(binding = 1) restrict readonly buffer B { uint b[]; };
layout(binding = 1) restrict readonly buffer BFours { uvec4 b_as_fours[]; };
layout(binding = 1) restrict readonly buffer BPairs { uvec2 b_as_pairs[]; };
#else
#if WIDTH == 4
#define VECTOR vec4
#else
#define VECTOR float
#endif
layout(binding = 0) restrict readonly buffer A { VECTOR a[]; };
layout(binding = 1) restrict readonly buffer B { VECTOR b[]; };
#endif
