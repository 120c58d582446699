// What the backward kernels of fused attention read, on matrix units and without.

#include "ops/attention/attention_operands.glsl"

layout(binding = 4) restrict readonly buffer OutGradient { vec4 out_gradient[]; };
layout(binding = 4) restrict readonly buffer OutGradientFours { uvec4 out_gradient_as_fours[]; };
layout(binding = 4) restrict readonly buffer OutGradientPairs { uvec2 out_gradient_as_pairs[]; };
layout(binding = 5) restrict readonly buffer LogSumExp { float log_sum_exp[]; };
layout(binding = 6) restrict readonly buffer Delta { float delta[]; };
