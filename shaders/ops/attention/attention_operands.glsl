// What every kernel of fused attention reads: queries, keys, values and the bias on the scores.

layout(binding = 0) readonly buffer Queries { vec4 q[]; };
layout(binding = 0) readonly buffer QueriesFours { uvec4 q_as_fours[]; };
layout(binding = 0) readonly buffer QueriesPairs { uvec2 q_as_pairs[]; };
layout(binding = 1) readonly buffer Keys { vec4 k[]; };
layout(binding = 1) readonly buffer KeysFours { uvec4 k_as_fours[]; };
layout(binding = 1) readonly buffer KeysPairs { uvec2 k_as_pairs[]; };
layout(binding = 2) readonly buffer Values { vec4 v[]; };
layout(binding = 2) readonly buffer ValuesFours { uvec4 v_as_fours[]; };
layout(binding = 2) readonly buffer ValuesPairs { uvec2 v_as_pairs[]; };
layout(binding = 3) restrict readonly buffer Bias { float bias[]; };
