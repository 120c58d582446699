// Decides whether a step may change weights: only where every watched number is finite; counts both outcomes.
//
//   apply[0] = 1 where a[0] ... h[0] are all finite, else 0
//
// One invocation. Bindings beyond the watched numbers repeat the first. Finiteness is tested on the bits, which no optimizer may assume away.
//
// Where losses are scaled, so that small gradients survive in fp16, it also leads the scale: half of it after a step that overflowed,
// twice of it after growth_interval good ones in a row. An overflow at a scale above 1 is part of the search and does not count as one in a row.
//
// a ... h: [1]   apply: [1]   counters: [8], steps applied, steps skipped, steps skipped since the last applied one, number of the first
// watched number that was not finite in the last skipped step, counted from 1; then the bits of the next step's loss scale, good steps
// since it last changed, and the bits of 1 / scale of this step's gradients
#version 460

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 1; // one invocation does all

layout(push_constant) uniform Push {
    uint growth_interval; // good steps after which the scale doubles; 0 where losses are not scaled
};

layout(binding = 0) restrict readonly buffer A { float a[]; };
layout(binding = 1) restrict readonly buffer B { float b[]; };
layout(binding = 2) restrict readonly buffer C { float c[]; };
layout(binding = 3) restrict readonly buffer D { float d[]; };
layout(binding = 4) restrict readonly buffer E { float e[]; };
layout(binding = 5) restrict readonly buffer F { float f[]; };
layout(binding = 6) restrict readonly buffer G { float g[]; };
layout(binding = 7) restrict readonly buffer H { float h[]; };
layout(binding = 8) restrict buffer Counters { uint counters[]; };
layout(binding = 9) restrict writeonly buffer Apply { uint apply[]; };

bool is_finite_number(float value) {
    return (floatBitsToUint(value) & 0x7F800000u) != 0x7F800000u;
}

uint first_not_finite() {
    float watched[8] = float[8](a[0], b[0], c[0], d[0], e[0], f[0], g[0], h[0]);
    for (uint i = 0; i < 8; i++)
        if (!is_finite_number(watched[i])) return i + 1;
    return 0;
}

const float LARGEST_SCALE = 16777216.0;

void lead_scale(bool is_good) {
    float scale = uintBitsToFloat(counters[4]);
    counters[6] = floatBitsToUint(1.0 / scale);
    uint good_steps = is_good ? counters[5] + 1u : 0u;
    if (!is_good) scale = max(1.0, scale * 0.5);
    if (good_steps >= growth_interval) {
        scale = min(LARGEST_SCALE, scale * 2.0);
        good_steps = 0;
    }
    counters[4] = floatBitsToUint(scale);
    counters[5] = good_steps;
}

void main() {
    if (gl_GlobalInvocationID.x > 0) return;
    uint culprit = first_not_finite();
    bool is_good = culprit == 0;
    bool is_searching = growth_interval > 0 && uintBitsToFloat(counters[4]) > 1.0;
    apply[0] = is_good ? 1u : 0u;
    counters[0] += is_good ? 1u : 0u;
    counters[1] += is_good ? 0u : 1u;
    counters[2] = is_good ? 0u : counters[2] + (is_searching ? 0u : 1u);
    if (!is_good) counters[3] = culprit;
    if (growth_interval > 0) lead_scale(is_good);
    else counters[6] = floatBitsToUint(1.0);
}
