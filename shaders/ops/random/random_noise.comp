// Random numbers, a pure function of seed, step, stream and position.
//
//   uniform_noise: y = u in (0, 1)     gumbel_noise: y = -log(-log(u))     normal_noise: y = sqrt(-2 log(u)) * (cos, sin)(2 pi v)
//
// One invocation per four elements: word i % 4 of Philox(key = seed, counter = (i / 4, 0, step, stream)) makes element i, for normal_noise
// the pair of words u, v a pair of elements (Box and Muller, 1958).
//
// step_scalars: [64] (seed low, seed high, step, ...)   y: [count]
#version 460
#extension GL_GOOGLE_include_directive : require
#pragma cim variants(KIND = uniform_noise, gumbel_noise, normal_noise)

layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // Invocations of a workgroup.
layout(local_size_x_id = 0) in;

layout(push_constant) uniform Push {
    uint count;  // Elements of y.
    uint stream; // Tells this draw from the graph's others.
};

layout(binding = 0) restrict readonly buffer StepScalars { uint step_scalars[]; };
layout(binding = 1) restrict writeonly buffer Y { float y[]; };

#include "common/indexing.glsl"
#include "common/philox.glsl"

#define uniform_noise 1
#define gumbel_noise 2
#define normal_noise 3
#define TWO_PI 6.28318530718

void main() {
    uint quad = linear_index();
    if (quad >= (count + 3) / 4) return;
    vec4 unit = philox_unit(philox(uvec2(step_scalars[0], step_scalars[1]), uvec4(quad, 0, step_scalars[2], stream)));
#if KIND == normal_noise
    vec2 radius = sqrt(2.0 * vec2(negative_log_unit(unit.x), negative_log_unit(unit.z))), angle = TWO_PI * unit.yw;
    unit = vec4(radius.x * vec2(cos(angle.x), sin(angle.x)), radius.y * vec2(cos(angle.y), sin(angle.y)));
#endif
    for (uint i = 0; i < 4; i++) {
        if (quad * 4 + i >= count) return;
#if KIND == gumbel_noise
        y[quad * 4 + i] = gumbel(unit[i]);
#else
        y[quad * 4 + i] = unit[i];
#endif
    }
}
